"""Zappa deploys the site, updates it and takes it away, on an emulator that does all but run the function.

Without `rollback`: Zappa asks for an old version as `function:NAME:VERSION`, by which the emulator finds none. What it
would go back to is there.
"""

import subprocess
import sys

import pytest

from tests.aws import emulator
from tests.conftest import ROOT

FUNCTION = "dctech-events-dev"


@pytest.fixture
def aws(tmp_path):
    with emulator(tmp_path) as aws:
        yield aws


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


def test_the_site_is_deployed_updated_and_removed(aws, letters, bucket, tmp_path):
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
        """Return the hash of the code of each version, the newest last."""
        versions = functions.list_versions_by_function(FunctionName=FUNCTION)["Versions"]
        return [v["CodeSha256"] for v in versions if v["Version"] != "$LATEST"]

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

    zappa("update")
    assert published()[0] == first
    assert len(published()) == 2
    zappa("undeploy", "-y")
    assert functions.list_functions()["Functions"] == []
    assert apis.get_apis()["Items"] == []
    assert aws.client("events").list_rules()["Rules"] == []
