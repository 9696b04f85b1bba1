"""The template: made from models and settings, clean, deployed to an emulator and taken down."""

import json
import subprocess
import sys
import time

import pytest

from dctech import tables
from dctech.dynamodb import Table
from dctech.infrastructure import permissions
from dctech.infrastructure.stage import Stage
from dctech.infrastructure.template import template
from tests.aws import emulator, known
from tests.conftest import ROOT

ZAPPA = ROOT / "zappa_settings.json"
STACK = "dctech-events-infrastructure"

LEFT_OUT = {"TTL is off", "point-in-time recovery is off", "encryption is off"}
"""What it takes of a table and does nothing about."""


def resources(kind, made=None):
    made = made or template(Stage("prod"))
    return {
        name: resource["Properties"]
        for name, resource in made["Resources"].items()
        if resource["Type"] == kind
    }


def printed(*arguments, aws=None):
    """Return what `manage.py infrastructure` prints, with the product's own settings."""
    command = [sys.executable, "manage.py", "infrastructure", *arguments]
    environment = {"PATH": "/usr/bin:/bin"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout


# What it says


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_cfn_lint_finds_nothing_and_cloudformation_takes_it_whole(stage, tmp_path):
    path = tmp_path / "template.json"
    path.write_text(printed("--stage", stage), encoding="utf-8")
    lint = [sys.executable, "-c", "from cfnlint import runner; runner.main()", str(path)]
    found = subprocess.run(lint, capture_output=True, text=True, check=False)
    assert (found.stdout, found.returncode) == ("", 0)
    assert path.stat().st_size < 51_200


def test_a_stage_that_zappa_does_not_know_is_refused():
    command = [sys.executable, "manage.py", "infrastructure", "--stage", "staging"]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr == (
        "CommandError: zappa_settings.json has no stage 'staging', but dev, prod.\n"
    )


def test_two_stages_share_no_name():
    found = []
    for stage in ("dev", "prod"):
        made = json.loads(printed("--stage", stage))
        named = {
            json.dumps(value)
            for resource in made["Resources"].values()
            for key, value in resource["Properties"].items()
            if key.endswith("Name") and key not in {"StageName", "MetricName"}
        }
        assert len(named) > 15
        found.append(named)
    assert found[0] & found[1] == set()


def test_each_table_has_what_its_model_says_and_what_production_asks():
    made = resources("AWS::DynamoDB::Table")
    assert len(made) == len(Table.models()) == 5
    for model in Table.models():
        table = made[f"{model.__name__}Table"]
        wanted = tables.definition(model, protected=True)
        for part in ("TableName", "KeySchema", "AttributeDefinitions", "BillingMode"):
            assert table[part] == wanted[part]
        assert table.get("GlobalSecondaryIndexes") == wanted.get("GlobalSecondaryIndexes")
        assert table["DeletionProtectionEnabled"] is True
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert {"Key": "application", "Value": "dctech-events"} in table["Tags"]
    expiring = {
        name: table["TimeToLiveSpecification"]["AttributeName"]
        for name, table in made.items()
        if "TimeToLiveSpecification" in table
    }
    assert expiring == {"EventTable": "ttl", "OperationTable": "ttl"}


def test_data_outlives_its_stack():
    made = template(Stage("prod"))["Resources"]
    kept = {name for name, resource in made.items() if resource.get("DeletionPolicy") == "Retain"}
    assert kept == {
        *resources("AWS::DynamoDB::Table"),
        "MediaBucket",
        "AccountsDatabase",
    }


def test_nobody_reads_a_bucket_but_the_distribution():
    for bucket in resources("AWS::S3::Bucket").values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    policies = resources("AWS::S3::BucketPolicy")
    assert len(policies) == 2
    for policy in policies.values():
        [allowed] = [
            statement
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Allow"
        ]
        assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert allowed["Action"] == "s3:GetObject"


def test_what_is_somebodys_own_is_never_cached():
    [distribution] = resources("AWS::CloudFront::Distribution").values()
    behaviours = {
        behaviour["PathPattern"]: behaviour["CachePolicyId"]
        for behaviour in distribution["DistributionConfig"]["CacheBehaviors"]
    }
    never = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    for part in ("admin", "accounts", "submit", "staff"):
        assert behaviours[f"/{part}/*"] == behaviours[f"/es/{part}/*"] == never
    assert behaviours["/api/*"] == {"Ref": "ApiCache"}


def test_a_package_on_its_way_to_lambda_is_kept_for_some_days_and_goes_with_the_stack():
    made = template(Stage("prod"))["Resources"]["UploadsBucket"]
    [rule] = made["Properties"]["LifecycleConfiguration"]["Rules"]
    assert (rule["ExpirationInDays"], rule["Status"]) == (7, "Enabled")
    assert (
        "VersioningConfiguration" not in made["Properties"]
    )  # an earlier version would outlive it
    assert "DeletionPolicy" not in made
    for kind in ("Static", "Media"):
        bucket = resources("AWS::S3::Bucket")[f"{kind}Bucket"]
        [rule] = bucket["LifecycleConfiguration"]["Rules"]
        assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
        assert "ExpirationInDays" not in rule


def test_the_distribution_shows_a_secret_that_nobody_reads_in_the_stack():
    made = template(Stage("prod"))
    assert made["Parameters"]["OriginSecret"]["NoEcho"] is True
    assert "OriginSecret" not in json.dumps(made["Outputs"])
    [distribution] = resources("AWS::CloudFront::Distribution", made).values()
    origins = {each["Id"]: each for each in distribution["DistributionConfig"]["Origins"]}
    assert origins["site"]["OriginCustomHeaders"]["Fn::If"][:2] == [
        "HasOriginSecret",
        [{"HeaderName": "X-Origin-Secret", "HeaderValue": {"Ref": "OriginSecret"}}],
    ]
    assert [name for name in origins if "OriginCustomHeaders" in origins[name]] == ["site"]


def test_the_access_log_says_neither_who_asked_nor_for_what():
    [stage] = resources("AWS::ApiGatewayV2::Stage").values()
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert sorted(logged) == [
        "httpMethod",
        "integrationErrorMessage",
        "requestId",
        "requestTime",
        "responseLatency",
        "responseLength",
        "routeKey",
        "status",
    ]
    assert all(value == f"$context.{name}" for name, value in logged.items())


def test_of_an_error_cache_control_alone_decides():
    """Otherwise the distribution would keep each for ten seconds, a 503 that asks to be tried again as well."""
    [distribution] = resources("AWS::CloudFront::Distribution").values()
    said = distribution["DistributionConfig"]["CustomErrorResponses"]
    # Those of https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html, which it keeps
    # always or when Cache-Control allows it, as far as it can be told about them.
    assert {each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in said} == dict.fromkeys(
        (400, 403, 404, 405, 414, 500, 501, 502, 503, 504), 0
    )
    assert all(set(each) == {"ErrorCode", "ErrorCachingMinTTL"} for each in said)


def test_what_comes_without_cache_control_is_not_kept():
    for policy in resources("AWS::CloudFront::CachePolicy").values():
        config = policy["CachePolicyConfig"]
        assert (config["MinTTL"], config["DefaultTTL"]) == (0, 0)


def test_every_alarm_tells_somebody_and_asks_for_each_metric_of_its_formula():
    alarms = resources("AWS::CloudWatch::Alarm")
    assert len(alarms) == 6 + len(Table.models())
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmsTopic"}]
        if "Metrics" in alarm:
            *asked, formula = alarm["Metrics"]
            assert len(asked) <= 9  # of ten, the formula is one
            assert all(f"{query['Id']}" in formula["Expression"] for query in asked)
            assert [query["ReturnData"] for query in asked] == [False] * len(asked)


def test_an_hour_without_a_count_is_what_it_means():
    """A run that is missed is a zero; what is counted once in a while is true until it is counted again."""
    alarms = {
        alarm["AlarmName"].removeprefix("dctech-events-prod-"): alarm
        for alarm in resources("AWS::CloudWatch::Alarm").values()
    }
    *_, formula = alarms["run-missed"]["Metrics"]
    assert formula["Expression"] == "FILL(m0, 0)"
    assert alarms["run-missed"]["EvaluationPeriods"] == 5
    *counts, formula = alarms["run-failed"]["Metrics"]
    assert formula["Expression"] == "IF(m1 > 0 AND m0 < 1, 1, 0)"
    assert {query["MetricStat"]["Period"] for query in counts} == {3_600}
    treated = {name: alarm["TreatMissingData"] for name, alarm in alarms.items()}
    assert treated.pop("run-missed") == "breaching"
    assert {treated.pop(name) for name in ("run-failed", "queue-old")} == {"ignore"}
    assert set(treated.values()) == {"notBreaching"}


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_alarms_and_dashboard_look_at_the_stages_own_metrics(stage):
    made = template(Stage(stage))
    watched = [
        query.get("MetricStat", {}).get("Metric")
        for alarm in resources("AWS::CloudWatch::Alarm", made).values()
        for query in alarm.get("Metrics", [{"MetricStat": {"Metric": alarm}}])
    ]
    own = [metric for metric in watched if metric and metric["Namespace"] == "DCTechEvents"]
    function = f"dctech-events-{stage}"
    assert sorted(metric["MetricName"] for metric in own) == [
        "FeedsFailed",
        "FeedsRead",
        "QueueAgeSeconds",
        "RunFinished",
    ]
    for metric in own:
        assert metric["Dimensions"] == [{"Name": "FunctionName", "Value": function}]
    [board] = resources("AWS::CloudWatch::Dashboard", made).values()
    graphs = json.loads(board["DashboardBody"]["Fn::If"][2]["Fn::Sub"])["widgets"]
    lines = [line for graph in graphs for line in graph["properties"]["metrics"]]
    shown = [line for line in lines if line[0] == "DCTechEvents"]
    assert len(shown) == 7
    assert {tuple(line[2:]) for line in shown} == {("FunctionName", function)}


# What the function may do


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_zappa_grants_what_the_models_and_the_code_need(stage):
    """To mend it: manage.py infrastructure --permissions --stage …, into extra_permissions."""
    stages = json.loads(ZAPPA.read_text(encoding="utf-8"))
    assert stages[stage]["extra_permissions"] == json.loads(
        printed("--permissions", "--stage", stage)
    )


def test_each_table_is_granted_something_and_only_its_own_indexes():
    assert permissions.ACTIONS.keys() == set(Table.models())
    granted = permissions.statements(Stage("prod"))
    assert all("*" not in action for grant in granted for action in grant["Action"])
    queried = {
        place.rpartition("/")[2]
        for grant in granted
        if grant["Sid"].endswith("Indexes")
        for place in grant["Resource"]
    }
    assert queried == {"DateIndex", "GroupIndex", "StatusIndex", "ActiveApprovedIndex"}


# Deployed


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    with emulator(tmp_path_factory.mktemp("aws")) as aws:
        yield aws


def settled(client):
    """Return the stack once nothing goes on any more."""
    while True:
        [stack] = client.describe_stacks(StackName=STACK)["Stacks"]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            return stack
        time.sleep(0.1)


def described(aws, region):
    """Return each table's definition in a region, without what AWS makes up itself."""
    client, found = aws.client("dynamodb", region), {}
    for name in client.list_tables()["TableNames"]:
        table = client.describe_table(TableName=name)["Table"]
        found[name] = {
            "key": table["KeySchema"],
            "types": sorted(
                a["AttributeName"] + a["AttributeType"] for a in table["AttributeDefinitions"]
            ),
            "billing": table["BillingModeSummary"]["BillingMode"],
            "protected": table["DeletionProtectionEnabled"],
            "indexes": {
                index["IndexName"]: (
                    index["KeySchema"],
                    index["Projection"]["ProjectionType"],
                    sorted(index["Projection"]["NonKeyAttributes"]),
                )
                for index in table.get("GlobalSecondaryIndexes", [])
            },
        }
    return found


def test_it_is_deployed_before_and_after_zappa_and_taken_down_and_the_data_stays(aws):
    client, body = aws.client("cloudformation"), known(json.loads(printed()))
    client.create_stack(StackName=STACK, TemplateBody=body)
    stack = settled(client)
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert outputs["DeadLettersArn"].endswith(":dctech-events-prod-dead-letters")
    assert outputs["UploadsBucketName"] == "dctech-events-prod-uploads-000000000000"
    assert "SiteUrl" not in outputs

    made = aws.manage("create_tables", AWS_REGION="us-west-2")
    assert made.returncode == 0, made.stderr
    assert described(aws, "us-east-1") == described(aws, "us-west-2")
    checked = aws.manage("create_tables", "--check")
    assert {line.partition(": ")[2] for line in checked.stdout.splitlines()} == LEFT_OUT

    parameters = [
        {"ParameterKey": "ApiId", "ParameterValue": "abc123"},
        {"ParameterKey": "AlarmEmail", "ParameterValue": "ops@example.org"},
        {"ParameterKey": "OriginSecret", "ParameterValue": "shown-to-the-function"},
    ]
    client.update_stack(StackName=STACK, TemplateBody=body, Parameters=parameters)
    stack = settled(client)
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    [distribution] = aws.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    assert outputs["SiteUrl"] == f"https://{distribution['DomainName']}"
    assert "shown-to-the-function" in json.dumps(distribution["Origins"])
    [subscription] = aws.client("sns").list_subscriptions()["Subscriptions"]
    assert subscription["Endpoint"] == "ops@example.org"

    client.delete_stack(StackName=STACK)
    while client.describe_stacks()["Stacks"]:
        time.sleep(0.1)
    assert len(described(aws, "us-east-1")) == 5
    buckets = [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]]
    assert buckets == ["dctech-events-prod-media-000000000000"]
    assert aws.client("sqs").list_queues().get("QueueUrls", []) == []
