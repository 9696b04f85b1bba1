"""The runbook's commands, on an emulator that does all but run the function: Zappa's own ones are among them."""

import json
import subprocess
import sys

import pytest

from dctech.infrastructure.stage import Stage
from dctech.infrastructure.template import template
from tests.aws import Aws, emulator, known
from tests.conftest import ROOT
from tests.versions import Versions

FUNCTION = "dctech-events-dev"
MAIL = "smtp+tls://user:secret@mail.example.org:587"
ACCOUNTS = "postgres://site:secret@db.example.org/site"


class Operator:
    """Somebody with an account and this repository."""

    def __init__(self, aws, home, invoked):
        self.aws, self.invoked = aws, invoked
        self._environment = aws.environment(HOME=str(home))

    def tries(self, command, *options, stage="dev"):
        return subprocess.run(
            [sys.executable, "-m", "deploy", command, stage, *options],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def says(self, command, *options):
        run = self.tries(command, *options)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def settings(self):
        """Return what is in the Parameter Store."""
        answer = self.aws.client("ssm").get_parameters_by_path(
            Path="/dctech-events/dev", WithDecryption=True, MaxResults=10
        )
        found = answer["Parameters"]
        assert {parameter["Type"] for parameter in found} == {"SecureString"}
        return {each["Name"].rpartition("/")[2]: each["Value"] for each in found}

    def shown(self):
        """Return what the distribution shows the function in X-Origin-Secret."""
        [found] = self.aws.client("cloudfront").list_distributions()["DistributionList"]["Items"]
        [site] = [each for each in found["Origins"]["Items"] if each["Id"] == "site"]
        [header] = site["CustomHeaders"]["Items"]
        assert header["HeaderName"] == "X-Origin-Secret"
        return header["HeaderValue"]

    def buckets(self):
        """Return the buckets' names, without the stage's and the account's."""
        found = self.aws.client("s3").list_buckets()["Buckets"]
        account = "-000000000000"
        return sorted(
            each["Name"].removeprefix(f"{FUNCTION}-").removesuffix(account) for each in found
        )

    def published(self):
        """Return the hash of the code of each version, the newest last, and of what runs."""
        functions = self.aws.client("lambda")
        versions = functions.list_versions_by_function(FunctionName=FUNCTION)["Versions"]
        found = {version["Version"]: version["CodeSha256"] for version in versions}
        return [found[name] for name in sorted(found) if name != "$LATEST"], found["$LATEST"]


@pytest.fixture
def operator(tmp_path):
    with emulator(tmp_path) as aws, Versions(aws.url) as versions:
        yield Operator(Aws(versions.url), tmp_path, versions.invoked)


def test_a_slip_is_named_before_anything_is_made(operator):
    for words, said in (
        (("set", "SITE_ULR=x"), "'SITE_ULR' is no setting; README.md lists them.\n"),
        (("set", "SITE_NAME="), "SITE_NAME is empty. A setting is taken away by aws ssm "),
        (
            ("set", "TRUSTED_PROXY_COUNT=two"),
            "A setting is wrong: TRUSTED_PROXY_COUNT='two' must be a whole number between 0 ",
        ),
        (("up",), "First say python -m deploy set dev EMAIL_URL DEFAULT_FROM_EMAIL: "),
        (("down",), None),
    ):
        run = operator.tries(*words)
        assert run.returncode == 1
        assert said is None or run.stderr.startswith(said)
    assert "There is no stage 'staging'" in operator.tries("up", stage="staging").stderr
    assert operator.aws.client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_stage_is_made_brought_up_to_date_rolled_back_and_taken_away(operator, tmp_path):
    aws = operator.aws
    functions, apis, rules = (aws.client(name) for name in ("lambda", "apigatewayv2", "events"))
    emulated = tmp_path / "template.json"
    emulated.write_text(known(template(Stage.from_zappa("dev", ROOT / "zappa_settings.json"))))
    up = ("up", "--alarm-email", "ops@example.org", "--template", str(emulated))

    operator.says("set", f"EMAIL_URL={MAIL}", "DEFAULT_FROM_EMAIL=events@example.org")
    operator.says("set", f"DATABASE_URL={ACCOUNTS}")
    assert operator.says(*up).endswith(" is up.\n")

    made = functions.get_function_configuration(FunctionName=FUNCTION)
    assert made["Handler"] == "handler.lambda_handler"
    assert made["DeadLetterConfig"]["TargetArn"].endswith(f":{FUNCTION}-dead-letters")
    assert "SECRET_KEY" not in made["Environment"]["Variables"]
    [api] = apis.get_apis()["Items"]
    assert (api["Name"], api["ProtocolType"]) == (FUNCTION, "HTTP")
    assert sorted(rule["ScheduleExpression"] for rule in rules.list_rules()["Rules"]) == [
        "cron(0 0/4 * * ? *)",
        "cron(30 8 * * ? *)",
        "rate(15 minutes)",
    ]
    static = aws.client("s3").list_objects_v2(Bucket=f"{FUNCTION}-static-000000000000")["Contents"]
    assert {item["Key"].partition("/")[0] for item in static} == {"static"}
    [distribution] = aws.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    assert api["ApiId"] in json.dumps(distribution["Origins"])
    assert operator.buckets() == ["media", "static", "uploads"]  # and none of Zappa's own making
    settings = operator.settings()
    assert settings["SITE_URL"] == f"https://{distribution['DomainName']}"
    assert settings["ALLOWED_HOSTS"] == distribution["DomainName"]
    assert settings["DATABASE_URL"] == ACCOUNTS
    assert settings["TRUSTED_PROXY_COUNT"] == "2"
    assert settings["MODERATORS_SNS_TOPIC_ARN"].endswith(f":{FUNCTION}-moderators")
    assert len(settings["SECRET_KEY"]) > 50
    assert len(settings["ORIGIN_SECRET"]) > 40
    assert operator.shown() == settings["ORIGIN_SECRET"]
    assert operator.invoked == [{"manage": "migrate"}]
    first = made["CodeSha256"]

    both = f"another-secret-that-replaces-the-first-one,{settings['ORIGIN_SECRET']}"
    operator.says("set", f"ORIGIN_SECRET={both}")
    assert operator.shown() == settings["ORIGIN_SECRET"]
    operator.says(*up)  # its zip has another time in it, and so another hash
    assert operator.shown() == both.partition(",")[0]
    (before, second), runs = operator.published()
    assert before == first != second == runs
    assert operator.settings() == settings | {"ORIGIN_SECRET": both}
    operator.says("rollback", "-n", "1")
    assert operator.published() == ([first, second, first], first)

    operator.says("set", "DEBUG=1")
    refused = operator.tries(*up)
    assert refused.returncode == 1
    assert "DEBUG is on" in refused.stderr
    assert "Mend it by python -m deploy set dev NAME=VALUE" in refused.stderr

    operator.says("down", "--yes")
    assert_data_alone_is_left(operator)
    operator.says("down", "--yes")  # again, as after one that was cut short


def assert_data_alone_is_left(operator):
    aws = operator.aws
    assert aws.client("lambda").list_functions()["Functions"] == []
    assert aws.client("apigatewayv2").get_apis()["Items"] == []
    assert aws.client("events").list_rules()["Rules"] == []
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == []
    assert len(aws.client("dynamodb").list_tables()["TableNames"]) == 5
    assert operator.buckets() == ["media"]
