"""manage.py's commands about a deployed stage, from an operator's machine that has settings and data of its own."""

import json
import subprocess
import sys

import psycopg
import pytest

from tests.aws import emulator
from tests.conftest import ROOT

TABLES = {
    f"{name.upper()}_TABLE_NAME": f"DCTechDev{name}"
    for name in ("Events", "Groups", "Categories", "Operations", "History")
}
KEPT = ROOT / ".localdata"


class Operator:
    """Somebody who works on the project: each setting of their own is another than the stage's."""

    def __init__(self, aws, folder, unused_port):
        self.aws = aws
        self._environment = aws.environment(
            DYNAMODB_ENDPOINT_URL=f"http://127.0.0.1:{unused_port}",
            LOCALDB_PORT=str(unused_port),
            EVENTS_TABLE_NAME="Mine",
            SECRET_KEY="",
            DATA_DIR=str(folder / "data"),
            DATABASE_URL="",
            AWS_REGION="eu-north-1",
            DJANGO_SETTINGS_MODULE="tests.settings",
        )

    def tries(self, *words):
        return subprocess.run(
            [sys.executable, "-m", "deploy", "run", "dev", *words],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def does(self, *words):
        run = self.tries(*words)
        assert run.returncode == 0, run.stderr
        return run

    def sets(self, **values):
        for name, value in values.items():
            self.aws.client("ssm").put_parameter(
                Name=f"/dctech-events/dev/{name}", Value=value, Type="SecureString"
            )

    def items(self, table):
        found = self.aws.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
        return sorted(json.dumps(item, sort_keys=True) for item in found)


@pytest.fixture
def operator(tmp_path, unused_port):
    before = kept()
    with emulator(tmp_path) as aws:
        yield Operator(aws, tmp_path, unused_port)
    assert kept() == before
    assert not (tmp_path / "data").exists()


def kept():
    """Return what a machine of one's own keeps beside the code, where a secret would be."""
    return sorted(KEPT.iterdir()) if KEPT.is_dir() else None


@pytest.fixture
def stage(operator, postgresql_server):
    """The same, with a stage that has settings, accounts, and what the old site's files hold."""
    with psycopg.connect(f"postgresql://{postgresql_server}/postgres", autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS city WITH (FORCE)")
        server.execute("CREATE DATABASE city")
    operator.sets(
        SECRET_KEY="zq-secret-of-the-stage-" * 3,
        DATABASE_URL=f"postgres://{postgresql_server}/city",
        EMAIL_URL="smtp+tls://nobody:nothing@127.0.0.1:9",
        SITE_NAME="City Events",
    )
    for words in (["create_tables"], ["migrate"]):
        operator.does(*words)
    operator.tries("import_yaml", "tests/live_site")
    return operator


def test_without_the_stages_settings_nothing_is_done(operator):
    for words, said in (
        ([], "Say which command: "),
        (["EVENTS_TABLE_NAME=Other"], "Say which command: "),
        (["SITE_ULR=x", "backup", "b"], "'SITE_ULR' is no setting; README.md lists them."),
        (["localdb", "reset"], "localdb is about this machine: manage.py localdb."),
        (["backup", "b"], "A setting is wrong: SECRET_KEY is not set"),
    ):
        run = operator.tries(*words)
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr.startswith(said)
    operator.sets(SECRET_KEY="zq-secret-of-the-stage-" * 3)
    run = operator.tries("export_person", "ada@example.org")
    assert "DATABASE_URL is not set" in run.stderr
    operator.aws.url = operator._environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    run = operator.tries("backup", "b")
    assert run.stderr.startswith("A setting is wrong: PARAMETERS_PATH='/dctech-events/dev' cannot ")
    assert "Traceback" not in run.stderr


def test_a_command_is_about_the_stages_tables_settings_and_accounts(stage, tmp_path):
    run = stage.does("backup", str(tmp_path / "b"))
    assert run.stderr == (
        f"DynamoDB at {stage.aws.url}: DCTechDevCategories, DCTechDevEvents, DCTechDevGroups, "
        "DCTechDevHistory, DCTechDevOperations\n"
    )
    assert "DCTechDevGroups: 5 items\n" in run.stdout
    made = "createsuperuser --noinput --username ada --email ada@example.org"
    stage.does(*made.split())
    found = json.loads(stage.does("export_person", "ada@example.org").stdout)
    assert found["accounts"][0]["username"] == "ada"
    assert stage.tries("erase_person", "ada@example.org").returncode == 1
    erased = stage.does("erase_person", "ada@example.org", "--yes")
    assert "account ada: removed" in erased.stdout
    gone = stage.does("erase_person", "ada@example.org", "--yes").stdout
    assert gone == "Nothing is kept of this address.\n"


def test_a_missing_table_is_named_without_a_traceback(stage, tmp_path):
    stage.does("backup", str(tmp_path / "b"))
    stage.aws.client("dynamodb").update_table(
        TableName="DCTechDevHistory", DeletionProtectionEnabled=False
    )
    stage.aws.client("dynamodb").delete_table(TableName="DCTechDevHistory")
    for command in ("backup", "restore"):
        run = stage.tries(command, str(tmp_path / ("b" if command == "restore" else "c")))
        assert run.returncode == 1
        assert run.stderr.endswith("run manage.py create_tables first.\n")
        assert "Traceback" not in run.stderr


def test_the_tables_go_back_to_a_moment_by_point_in_time_recovery(stage):
    """The runbook of docs/operations.md. The emulator knows no moments: it copies a table as it is."""
    dynamodb = stage.aws.client("dynamodb")
    before = {table: stage.items(table) for table in TABLES.values()}
    for table in TABLES.values():
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=table, TargetTableName=f"{table}Restored", UseLatestRestorableTime=True
        )

    [key, *_rest] = (json.loads(item)["group_id"] for item in before["DCTechDevGroups"])
    dynamodb.delete_item(TableName="DCTechDevGroups", Key={"group_id": key})
    mistake = {"group_id": {"S": "mistake"}, "name": {"S": "Mistake"}}
    dynamodb.put_item(TableName="DCTechDevGroups", Item=mistake)

    stage.aws.client("s3").create_bucket(Bucket="backups")
    stage.does("backup", "s3://backups/as-it-is")
    named = [f"{name}={table}Restored" for name, table in TABLES.items()]
    run = stage.does(*named, "backup", "s3://backups/as-it-was")
    assert "DCTechDevGroupsRestored" in run.stderr
    refused = stage.tries("restore", "s3://backups/as-it-was")
    assert "needs empty tables" in refused.stderr
    stage.does("restore", "s3://backups/as-it-was", "--replace")

    after = {table: stage.items(table) for table in TABLES.values()}
    version = [item for item in after["DCTechDevOperations"] if '"calendar"' in item]
    assert {t: [i for i in items if i not in version] for t, items in after.items()} == {
        t: [i for i in items if '"calendar"' not in i] for t, items in before.items()
    }
    for table in TABLES.values():
        dynamodb.update_table(TableName=f"{table}Restored", DeletionProtectionEnabled=False)
        dynamodb.delete_table(TableName=f"{table}Restored")
    stage.does("create_tables", "--check")
