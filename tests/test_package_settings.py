"""What Zappa is told, and where static files go."""

import json
from types import SimpleNamespace

import pytest
from botocore.session import get_session
from django.utils.module_loading import import_string
from moto import mock_aws

from deploy import hooks, static
from tests.conftest import ROOT
from tests.test_readme import settings_read

STAGES = json.loads((ROOT / "zappa_settings.json").read_text("utf-8"))


@pytest.fixture
def bucket(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = get_session().create_client("s3")
        client.create_bucket(Bucket="assets")
        yield client


def test_prod_is_dev_with_names_of_its_own():
    assert STAGES["prod"]["extends"] == "dev"
    assert set(STAGES["prod"]) == {"extends", "environment_variables", "tags", "extra_permissions"}
    dev = json.dumps(STAGES["dev"]["extra_permissions"]).replace("DCTechDev", "DCTech")
    for mark in ("-", "/", '"'):
        dev = dev.replace(f"{mark}dev", f"{mark}prod")
    assert json.loads(dev) == (STAGES["prod"]["extra_permissions"])


@pytest.mark.parametrize("stage", STAGES)
def test_a_function_is_given_names_and_no_secrets(stage):
    given = STAGES[stage]["environment_variables"]
    assert given.keys() <= {name for name, _ in settings_read()}
    assert {name for name in given if not name.endswith("_TABLE_NAME")} == {"PARAMETERS_PATH"}


def test_schedules_name_functions_and_fit_into_lambdas_time():
    names = [event["function"] for event in STAGES["dev"]["events"]]
    assert [import_string(name).__name__ for name in names] == ["collect", "notify", "upkeep"]
    assert [name for name in names if "-" in name] == []  # Zappa cuts a rule's name at dashes
    assert STAGES["dev"]["timeout_seconds"] <= 900


def test_neither_stage_may_do_anything_in_the_other():
    """What a name does not tell apart, a tag does."""
    assert json.loads((ROOT / "lambda_policy.json").read_text("utf-8"))["Statement"] == []
    named = {
        stage: {
            json.dumps([place, permission.get("Condition")])
            for permission in STAGES[stage]["extra_permissions"]
            for place in (
                [permission["Resource"]]
                if isinstance(permission["Resource"], str)
                else permission["Resource"]
            )
        }
        for stage in STAGES
    }
    assert len(named["dev"]) == len(named["prod"]) > 10
    assert named["dev"] & named["prod"] == set()
    assert not any(place.endswith("-*") for each in named.values() for place in each)


def test_zappa_is_told_what_the_stack_has_made(monkeypatch):
    zappa = SimpleNamespace(s3_bucket_name="zappa-x1y2z3", dead_letter_config={})
    hooks.name_resources(zappa)
    assert vars(zappa) == {"s3_bucket_name": "zappa-x1y2z3", "dead_letter_config": {}}
    monkeypatch.setenv("UPLOADS_BUCKET", "uploads")
    monkeypatch.setenv("DEAD_LETTER_ARN", "arn:aws:sqs:us-east-1:123456789012:letters")
    import_string(STAGES["dev"]["callbacks"]["settings"])(zappa)
    assert zappa.s3_bucket_name == "uploads"
    assert zappa.dead_letter_config == {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:letters"}


def test_nothing_is_allowed_everywhere():
    for stage in STAGES.values():
        for permission in stage["extra_permissions"]:
            assert permission["Resource"] != "*"
            assert [action for action in permission["Action"] if "*" in action] == []


def test_static_files_are_kept_for_ever_under_the_name_of_their_content(bucket, tmp_path):
    (tmp_path / "site.0123456789ab.css").write_text("body{}")
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts/plain.svg").write_text("<svg/>")
    assert static.upload(tmp_path, "assets") == 2
    hashed = bucket.get_object(Bucket="assets", Key="static/site.0123456789ab.css")
    plain = bucket.get_object(Bucket="assets", Key="static/fonts/plain.svg")
    assert hashed["Body"].read() == b"body{}"
    assert (hashed["ContentType"], hashed["CacheControl"]) == ("text/css", static.FOR_EVER)
    assert (plain["ContentType"], plain["CacheControl"]) == ("image/svg+xml", static.FOR_A_DAY)
