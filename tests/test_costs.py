"""The bill: the document's table is the code's, and the code's figures are the template's."""

import io
import re

import pytest
from django.core.management import call_command

from dctech.costs import bill
from dctech.infrastructure.stage import Stage
from dctech.infrastructure.template import template
from tests import make
from tests.conftest import ROOT

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
