"""The bill: the document's table is the code's, and the code's figures are the template's."""

import datetime as dt
import io
import json
import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from collector.collect import collect
from dctech.costs import bill
from dctech.infrastructure.stage import Stage
from dctech.infrastructure.template import template
from tests import make
from tests.aws import emulator
from tests.conftest import ROOT
from tests.servers import ok
from tests.test_collect import add_group, calendar, server, vevent

__all__ = ["server"]  # a fixture

PLANS = (bill.Usage(150, 2_000), bill.Usage(1_500, 20_000), bill.Usage(15_000, 200_000))


def lines():
    """Return the table as docs/costs.md is to have it."""
    months = [bill.month(plan) for plan in PLANS]
    for what in months[0]:
        yield f"| {what} | " + " | ".join(f"{month[what]:.2f}" for month in months) + " |"
    together = (f"**{sum(month.values()):.2f}**" for month in months)
    yield "| **together** | " + " | ".join(together) + " |"


def test_the_documents_table_is_what_is_computed():
    document = (ROOT / "docs/costs.md").read_text(encoding="utf-8")
    assert re.findall(
        r"^\| .* \|$", document.partition("--:|\n")[2].partition("\n\n")[0], re.MULTILINE
    ) == [*lines()]


def test_as_many_alarm_metrics_are_paid_as_the_template_has():
    alarms = [
        resource["Properties"]
        for resource in template(Stage("prod"))["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]
    assert (
        sum(len(alarm["Metrics"]) - 1 if "Metrics" in alarm else 1 for alarm in alarms)
        == bill.ALARM_METRICS
    )


def test_writes_are_paid_by_the_million():
    """150 feeds: 9,300 units of the first run and 1,395 of changes, each day."""
    assert bill.month(PLANS[0])["DynamoDB writes"] == pytest.approx(30 * 10_695 * 0.625 / 1_000_000)


def test_what_is_free_is_not_paid():
    idle = bill.month(bill.Usage(0, 0))
    assert {what: dollars for what, dollars in idle.items() if dollars} == {
        "Alarms and metrics": pytest.approx(1.9 + 1.5)
    }


@pytest.mark.urls("dctech.urls")
def test_the_command_counts_what_pages_read_and_the_groups_that_are_collected(tables, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    make.group().save()
    make.group("rustaceans").save()
    make.group("sleepers", active=False).save()
    out = io.StringIO()
    call_command("costs", "--pages-a-day", "1000", stdout=out)
    assert "$ a month for 2 feeds and 1,000 pages a day:" in out.getvalue()
    units = dict(re.findall(r"^  (\w+) +([\d.]+)$", out.getvalue(), re.MULTILINE))
    assert float(units["home"]) > float(units["about"]) >= 0


def test_the_bill_is_made_of_what_cloudwatch_has_counted(tmp_path):
    """A day's units are paid as they are; what the CDN has answered itself is no page of the function's."""
    now = timezone.now()
    counted = {
        ("DCTechEvents", "PageServed", "FunctionName", "dctech-events-prod"): 6_000,
        ("DCTechEvents", "ConsumedReadUnits", "FunctionName", "dctech-events-prod"): 40_000,
        ("DCTechEvents", "ConsumedWriteUnits", "FunctionName", "dctech-events-prod"): 20_000,
        ("DCTechEvents", "PageServed", "FunctionName", "dctech-events-dev"): 5,
        ("AWS/CloudFront", "Requests", "DistributionId", "E1ABC"): 60_000,
    }
    outputs = {"DistributionId": {"Value": "E1ABC"}}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "any"}}
    with emulator(tmp_path) as aws:
        refused = aws.manage("costs", "--feeds", "150", "--stage", "prod")
        assert refused.returncode == 1
        assert refused.stderr.startswith("CommandError: The traffic of prod cannot be read: ")
        for (namespace, name, key, value), number in counted.items():
            dimensions = [{"Name": key, "Value": value}]
            if namespace == "AWS/CloudFront":
                dimensions.append({"Name": "Region", "Value": "Global"})
            for ago in (1, 40):  # hours: within two days
                aws.client("cloudwatch").put_metric_data(
                    Namespace=namespace,
                    MetricData=[
                        {
                            "MetricName": name,
                            "Dimensions": dimensions,
                            "Timestamp": now - dt.timedelta(hours=ago),
                            "Value": number / 2,
                        }
                    ],
                )
        aws.client("cloudformation").create_stack(
            StackName="dctech-events-prod-infrastructure",
            TemplateBody=json.dumps({"Resources": {"Topic": topic}, "Outputs": outputs}),
        )
        said = aws.manage("costs", "--feeds", "150", "--stage", "prod", "--days", "2")
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert lines[0] == (
        "Traffic a day: 30,000 pages, 3,000 of them made by the function; 20,000 units read, 10,000 written."
    )
    expected = bill.month(bill.Usage(150, 30_000, 0.1, (20_000, 10_000)))
    assert f"{expected['DynamoDB writes']:.2f}" == lines[2].split()[-1] == "0.19"
    assert f"{sum(expected.values()):.2f}" == lines[-1].split()[-1]


def test_the_command_says_what_the_last_collection_used(tables, server, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    add_group(server, "pythons", ok(calendar(vevent())))
    collect(make.NOW)
    out = io.StringIO()
    call_command("costs", stdout=out)
    title, read, written = out.getvalue().partition("Units of ")[2].splitlines()[:3]
    assert title == "the last collection, 1 feeds:"
    assert float(read.split()[-1]) > 0
    assert float(written.split()[-1]) >= 4  # an event with its indexes, its history, the feed
