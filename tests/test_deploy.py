"""Zappa deploys the site, updates it, rolls it back and takes it away, on an emulator that does all but run it."""

import subprocess
import sys

import pytest

from tests.aws import Aws, emulator
from tests.conftest import ROOT
from tests.versions import Versions

FUNCTION = "dctech-events-dev"


@pytest.fixture
def aws(tmp_path):
    with emulator(tmp_path) as aws, Versions(aws.url) as versions:
        yield Aws(versions.url)


@pytest.fixture
def letters(aws):
    """The queue that the infrastructure has for events that failed for good."""
    queues = aws.client("sqs")
    url = queues.create_queue(QueueName=f"{FUNCTION}-dead-letters")["QueueUrl"]
    found = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return found["Attributes"]["QueueArn"]


@pytest.fixture
def bucket(aws):
    """The bucket of static files."""
    aws.client("s3").create_bucket(Bucket=f"{FUNCTION}-static")
    return f"{FUNCTION}-static"


def test_the_site_is_deployed_updated_rolled_back_and_removed(aws, letters, bucket, tmp_path):
    def zappa(command, *options):
        run = subprocess.run(
            [sys.executable, "-m", "deploy", command, "dev", *options],
            cwd=ROOT,
            env=aws.environment(
                HOME=str(tmp_path), DEAD_LETTER_ARN=letters, STATIC_ASSETS_BUCKET=bucket
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr

    def published():
        """Return the hash of the code of each version, the newest last, and of what runs."""
        versions = functions.list_versions_by_function(FunctionName=FUNCTION)["Versions"]
        found = {version["Version"]: version["CodeSha256"] for version in versions}
        return [found[name] for name in sorted(found) if name != "$LATEST"], found["$LATEST"]

    functions, apis = aws.client("lambda"), aws.client("apigatewayv2")
    zappa("deploy")
    made = functions.get_function_configuration(FunctionName=FUNCTION)
    assert made["Handler"] == "handler.lambda_handler"
    assert made["DeadLetterConfig"] == {"TargetArn": letters}
    assert "SECRET_KEY" not in made["Environment"]["Variables"]
    [api] = apis.get_apis()["Items"]
    assert (api["Name"], api["ProtocolType"]) == (FUNCTION, "HTTP")
    rules = aws.client("events").list_rules()["Rules"]
    assert sorted(rule["ScheduleExpression"] for rule in rules) == [
        "cron(0 0/4 * * ? *)",
        "cron(30 8 * * ? *)",
        "rate(15 minutes)",
    ]
    static = aws.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert {item["Key"].partition("/")[0] for item in static} == {"static"}
    first = made["CodeSha256"]

    zappa("update")  # its zip has another time in it, and so another hash
    (before, second), runs = published()
    assert before == first != second == runs
    zappa("rollback", "-n", "1")
    assert published() == ([first, second, first], first)
    zappa("undeploy", "-y")
    assert functions.list_functions()["Functions"] == []
    assert apis.get_apis()["Items"] == []
    assert aws.client("events").list_rules()["Rules"] == []
