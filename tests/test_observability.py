"""Lines of JSON on Lambda: a number for each request, what it cost, and nobody's address."""

import datetime as dt
import json
import logging
import os
import subprocess
import sys

import pytest
from django.utils import timezone

from collector.collect import collect
from dctech import dynamodb
from dctech.aws import schedules
from dctech.moderation import PENDING
from dctech.observability.capacity import Meter, meter
from dctech.observability.invocations import invocation
from dctech.observability.logs import JSONFormatter, RouteInsteadOfPath
from tests.conftest import ROOT
from tests.make import NOW, event, group
from tests.servers import FeedServer, ok, status
from tests.test_collect import calendar, vevent

ASK = """
import os
import django
django.setup()
from django.test import Client
from dctech.dynamodb import connection
connection()
browser = Client(raise_request_exception=False, headers={"Host": "events.example.org"})
class Context:
    aws_request_id = "made-by-lambda"
for path in ("/", "/", "/submit/event/secret.token/", "/nothing/ada@example.org"):
    browser.get(path, headers={"X-Forwarded-Proto": "https"}, **{"lambda.context": Context()})
"""


@pytest.fixture
def lines(tables, tmp_path):
    """What a Lambda logs of four requests."""
    event().create()
    run = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "dctech.settings",
            "AWS_LAMBDA_FUNCTION_NAME": "site",
            "SITE_URL": "https://events.example.org",
            "ALLOWED_HOSTS": "events.example.org",
            "SECRET_KEY": "x" * 50,
            "DYNAMODB_ENDPOINT_URL": tables,
            "DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == ""  # a command's own words
    return [json.loads(line) for line in run.stderr.splitlines()]


def test_each_request_is_one_line_with_what_it_cost(lines):
    served = [line for line in lines if line["logger"] == "dctech.observability.requests"]
    assert [(line["method"], line["route"], line["status"]) for line in served] == [
        ("GET", "", 200),
        ("GET", "", 200),
        ("GET", "submit/event/<str:signed>/", 404),
        ("GET", "?", 404),
    ]
    assert {line.get("request_id") for line in lines} == {"made-by-lambda"}
    assert served[0]["ConsumedReadUnits"] > 0
    assert [line["ConsumedReadUnits"] for line in served[1:2]] == [0]  # the copy, within a second
    assert {line["ConsumedWriteUnits"] for line in served} == {0}
    [directive] = served[0]["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "DCTechEvents"
    assert directive["Dimensions"] == [["FunctionName"]]
    assert served[0]["FunctionName"] == "site"
    assert [metric["Name"] for metric in directive["Metrics"]] == [
        "PageServed",
        "ConsumedReadUnits",
        "ConsumedWriteUnits",
    ]
    assert {metric["Name"] for metric in directive["Metrics"]} <= served[0].keys()


def test_no_line_holds_an_address_or_a_private_link(lines):
    text = json.dumps(lines)
    assert "secret.token" not in text
    assert "ada@example.org" not in text
    warnings = [line["message"] for line in lines if line["level"] == "WARNING"]
    assert warnings == ["Not Found: submit/event/<str:signed>/", "Not Found: ?"]


def test_what_was_raised_is_in_the_line_without_addresses():
    try:
        raise ValueError("bad: ada.l+x@example.co.uk, 'bob@example.org'")  # noqa: TRY301 - on purpose
    except ValueError:
        record = logging.LogRecord("x", 40, "", 0, "of %s", ("eve@example.org",), sys.exc_info())
    line = JSONFormatter("site").format(record)
    assert "@" not in line
    assert json.loads(line)["message"] == "of <e-mail>"
    assert json.loads(line)["exception"].endswith("ValueError: bad: <e-mail>, '<e-mail>'")
    assert RouteInsteadOfPath().filter(record)


def test_capacity_is_what_dynamodb_says_it_is(tables, request):
    counting, events = Meter(), dynamodb.connection().client.meta.events
    counting.attach(events)
    request.addfinalizer(lambda: counting.detach(events))
    event().create()
    assert counting.take()[0] == 0
    list(event().of_group("pythons"))
    read, written = counting.take()
    assert (read, written) == (0.5, 0)
    event("Second", url="https://example.org/2").create()
    group().save()
    assert counting.take()[1] >= 4  # two items and their indexes
    assert counting.take() == (0, 0)


def test_a_run_is_counted_and_each_feed_has_a_line(tables, settings, caplog):
    caplog.set_level("INFO", "dctech.observability")
    with FeedServer() as server:
        settings.COLLECTOR_ALLOW_HOSTS = [server.host]
        settings.COLLECTOR_HOST_PAUSE = 0
        for name, answer in (("good", ok(calendar(vevent()))), ("bad", status(404))):
            server[f"/{name}.ics"] = answer
            group(name, ical=server.url(f"/{name}.ics?key=secret")).save()
        collect(NOW, clock=NOW.timestamp)
    feeds = {r.feed_id: (r.outcome, r.failure) for r in caplog.records if hasattr(r, "feed_id")}
    assert feeds == {"good": ("ok", None), "bad": ("failed", "http-404")}
    [finished] = [r for r in caplog.records if "RunFinished" in getattr(r, "metrics", {})]
    told = {name: number for name, (number, _) in finished.metrics.items()}
    assert (told["FeedsRead"], told["FeedsFailed"], told["RunFinished"]) == (1, 1, 1)
    assert "secret" not in caplog.text


def test_the_queues_age_is_counted_with_each_look_for_what_waits(tables, caplog):
    caplog.set_level("INFO", "dctech.observability")
    schedules.notify({}, None)
    now = timezone.now()
    event("Waits", status=PENDING, submitted_at=now - dt.timedelta(hours=6)).create()
    event("Came later", url="https://example.org/2", status=PENDING, submitted_at=now).create()
    schedules.notify({}, None)
    ages = [r.metrics["QueueAgeSeconds"] for r in caplog.records if "oldest" in r.getMessage()]
    assert ages == [(0, "Seconds"), (pytest.approx(6 * 3_600, abs=60), "Seconds")]


def test_what_is_no_request_is_counted_too(tables, caplog, request):
    """Each invocation for itself: a run may be many of them."""
    caplog.set_level("INFO", "dctech.observability")
    events = dynamodb.connection().client.meta.events
    meter.attach(events)
    request.addfinalizer(lambda: meter.detach(events))
    meter.take()
    with invocation("notify"):
        event().create()
    with pytest.raises(ZeroDivisionError), invocation("shard"):
        1 / 0  # noqa: B018 - on purpose
    told = [(r.getMessage(), r.metrics["ConsumedWriteUnits"][0]) for r in caplog.records]
    assert told[1] == ("shard failed", 0)
    assert told[0][0] == "notify done"
    assert told[0][1] >= 2


def test_somebody_signed_in_is_a_name_that_nobody_else_can_make(rf, django_user_model):
    from dctech.observability.requests import _user  # noqa: PLC0415 - after the settings

    request = rf.get("/")
    assert _user(request) is None
    request._cached_user = django_user_model(pk=7, username="ada", email="ada@example.org")
    name = _user(request)
    assert (len(name), name) == (16, _user(request))
