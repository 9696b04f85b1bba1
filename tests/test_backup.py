"""All tables as files and back, attribute for attribute."""

import json
from decimal import Decimal

import boto3
import pytest
from django.core.management import CommandError, call_command
from moto import mock_aws

from dctech.backup.copying import items_of
from dctech.dynamodb import Table, connection
from dctech.models import CalendarVersion, History, Operation
from events.models import Category
from tests.conftest import empty_tables
from tests.make import NOW, event, group
from tests.test_settings import manage

ODD = {
    "partition": {"S": "odd"},
    "sort": {"S": "types"},
    "number": {"N": "12345678901234567890.123456789"},
    "binary": {"B": b"\x00\xff\n"},
    "binaries": {"BS": [b"b", b"a"]},
    "numbers": {"NS": ["3", "1.5"]},
    "words": {"SS": ["zwei", "eins"]},
    "nested": {"M": {"list": {"L": [{"BOOL": True}, {"NULL": True}, {"B": b"\x01"}]}}},
    "text": {"S": "Ünïcode \u2028 and\nlines"},
}
"""An item of every type that DynamoDB has."""


@pytest.fixture
def city(tables):
    """Something in each table; returns where they are."""
    event(submitted_by="ada@example.org").create()
    for number in range(60):
        event(f"Night {number}", url=f"https://example.org/{number}").create()
    group().save()
    Category("category", "python", name="Python").save()
    CalendarVersion.bump()
    History.entry("event#1", "edited", now=NOW, by="user:ada", before={"title": "Ä"}).save()
    connection().client.put_item(TableName=Operation.Meta.table_name, Item=ODD)
    return tables


def contents():
    def exact(value):
        [(kind, content)] = value.items()
        return {kind: sorted(content)} if kind in {"SS", "NS", "BS"} else value

    return {
        model.__name__: sorted(
            (repr({name: exact(item[name]) for name in sorted(item)})) for item in items_of(table)
        )
        for model in Table.models()
        for table in [str(model.Meta.table_name)]
    }


def back_up_and_restore(address, capsys):
    before = contents()
    call_command("backup", address)
    empty_tables()
    assert not any(contents().values())
    call_command("restore", address)
    assert contents() == before
    assert {name: len(items) for name, items in before.items()} == {
        "Event": 61,
        "Group": 1,
        "Category": 1,
        "Operation": 2,
        "History": 1,
    }
    assert f"66 items are in {address}." in capsys.readouterr().out


def test_a_folder_brings_every_table_back(city, tmp_path, capsys):
    back_up_and_restore(str(tmp_path / "backup"), capsys)
    stored = Operation.get("odd", "types")
    assert (stored.partition, stored.sort) == ("odd", "types")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "backup").iterdir()}
    assert set(modes.values()) == {0o600}
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o700


def test_a_bucket_brings_every_table_back(city, capsys, monkeypatch):
    """DynamoDB has its own connection already, which moto does not see."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")
    with mock_aws():
        s3 = boto3.client("s3", "us-east-1")
        s3.create_bucket(Bucket="backups")
        s3.put_object(Bucket="backups", Key="2026-08-31/manifest.json", Body=b"{}")
        back_up_and_restore("s3://backups/2026-09-01", capsys)
        with pytest.raises(CommandError, match="holds files already"):
            call_command("backup", "s3://backups/2026-09-01/")
        with pytest.raises(CommandError, match="s3://missing/ cannot be listed"):
            call_command("backup", "s3://missing")


def test_numbers_are_not_rounded_and_types_not_guessed(city, tmp_path):
    call_command("backup", str(tmp_path / "b"))
    lines = [json.loads(x) for x in (tmp_path / "b/Operation.jsonl").read_bytes().split(b"\n") if x]
    [odd] = [line for line in lines if line["partition"]["S"] == "odd"]
    assert Decimal(odd["number"]["N"]) == Decimal("12345678901234567890.123456789")
    assert odd["binaries"] == {"BS": ["YQ==", "Yg=="]}
    assert odd["nested"]["M"]["list"]["L"][2] == {"B": "AQ=="}


def test_tables_with_anything_in_them_are_left_alone(city, tmp_path):
    call_command("backup", str(tmp_path / "b"))
    before = contents()
    with pytest.raises(CommandError, match="needs empty tables"):
        call_command("restore", str(tmp_path / "b"))
    assert contents() == before


@pytest.mark.parametrize("options", [(), ("--replace",)])
def test_a_missing_table_says_what_to_do_before_anything_is_written(city, tmp_path, options):
    call_command("backup", str(tmp_path / "b"))
    empty_tables()
    group("later").save()
    before = contents()
    there = {"DYNAMODB_ENDPOINT_URL": city, "OPERATIONS_TABLE_NAME": "MissingOperations"}
    run = manage("restore", str(tmp_path / "b"), *options, **there)
    assert run.returncode == 1
    assert "run manage.py create_tables first" in run.stderr
    assert "Traceback" not in run.stderr
    assert contents() == before


def test_what_the_tables_hold_is_replaced_when_that_is_asked_for(city, tmp_path):
    call_command("backup", str(tmp_path / "b"))
    before = contents()
    for number in range(30):
        event(f"Mistake {number}", url=f"https://example.org/m{number}").create()
    group("mistake").save()
    CalendarVersion.bump()
    shown = CalendarVersion.current()
    call_command("restore", str(tmp_path / "b"), "--replace")
    after = contents()
    assert after | {"Operation": []} == before | {"Operation": []}
    assert len(after["Operation"]) == 2
    # Copies of pages are kept by this number; those of the mistake must not stand for what comes.
    assert CalendarVersion.current() > shown
    call_command("restore", str(tmp_path / "b"), "--replace")  # as after one that was cut short
    assert contents() | {"Operation": []} == before | {"Operation": []}


def test_a_damaged_backup_replaces_nothing(city, tmp_path):
    call_command("backup", str(tmp_path / "b"))
    before = contents()
    path = tmp_path / "b/Operation.jsonl"  # the last one
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(CommandError, match=r"Operation\.jsonl is not what was backed up"):
        call_command("restore", str(tmp_path / "b"), "--replace")
    assert contents() == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"Night 7", b"Night 8", 1),
        lambda data: data[: len(data) // 2],
        lambda data: data + data.splitlines(keepends=True)[0],
        lambda _data: b"",
    ],
)
def test_a_damaged_backup_writes_nothing(city, tmp_path, damage):
    call_command("backup", str(tmp_path / "b"))
    path = tmp_path / "b/Event.jsonl"
    path.write_bytes(damage(path.read_bytes()))
    empty_tables()
    with pytest.raises(CommandError, match=r"Event\.jsonl is not what was backed up"):
        call_command("restore", str(tmp_path / "b"))
    assert not any(contents().values())


def test_a_backup_that_was_cut_short_is_none(city, tmp_path):
    call_command("backup", str(tmp_path / "b"))
    (tmp_path / "b/manifest.json").unlink()
    empty_tables()
    with pytest.raises(CommandError, match=r"manifest\.json cannot be read"):
        call_command("restore", str(tmp_path / "b"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m | {"format": 2}, "has format 2; this reads 1"),
        (lambda m: m | {"tables": m["tables"][1:]}, "lacks Category"),
        (lambda m: m | {"tables": [*m["tables"], m["tables"][0] | {"model": "Y"}]}, "is for: Y"),
        (lambda m: m | {"tables": [{}]}, "is no manifest"),
    ],
)
def test_a_manifest_of_something_else_is_refused(city, tmp_path, change, said):
    call_command("backup", str(tmp_path / "b"))
    path = tmp_path / "b/manifest.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    empty_tables()
    with pytest.raises(CommandError, match=said):
        call_command("restore", str(tmp_path / "b"))
    assert not any(contents().values())


def test_nothing_is_overwritten(city, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Ada")
    with pytest.raises(CommandError, match="holds files already"):
        call_command("backup", str(tmp_path))
    with pytest.raises(CommandError, match="neither a folder nor"):
        call_command("backup", "https://example.org/backup")
