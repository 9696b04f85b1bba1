"""Pages of groups: what each has next, and how fresh that is."""

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from collector.collect import collect
from collector.door import Freshness, freshness_of
from collector.models import Feed
from tests import make
from tests.make import NOW
from tests.servers import FeedServer, ok, status
from tests.test_collect import calendar, vevent
from tests.test_pages import DAY, HOUR, now, page

__all__ = ["now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]


@pytest.fixture
def server(settings):
    with FeedServer() as server:
        settings.COLLECTOR_ALLOW_HOSTS = [server.host]
        settings.COLLECTOR_HOST_PAUSE = 0
        for group_id in ("pythons", "maps"):
            server[f"/{group_id}.ics"] = ok(calendar(vevent(group_id)))
            make.group(group_id, ical=server.url(f"/{group_id}.ics")).save()
        yield server


def test_a_run_makes_every_feed_it_read_fresh(server):
    assert freshness_of("pythons") is None
    collect(NOW, clock=NOW.timestamp)
    later = NOW + HOUR
    collect(later, clock=(later + HOUR / 60).timestamp)
    assert freshness_of("pythons") == Freshness(later + HOUR / 60, failing=False)


def test_a_feed_that_fails_is_as_fresh_as_its_last_good_read(server):
    collect(NOW, clock=NOW.timestamp)
    server["/pythons.ics"] = status(500)
    collect(NOW + HOUR, clock=(NOW + HOUR).timestamp)
    assert freshness_of("pythons") == Freshness(NOW, failing=True)
    assert freshness_of("maps") == Freshness(NOW + HOUR, failing=False)
    collect(NOW + DAY, clock=(NOW + DAY).timestamp)
    assert freshness_of("pythons") == Freshness(NOW, failing=True)
    server["/pythons.ics"] = ok(calendar(vevent("pythons")))
    collect(NOW + DAY + HOUR, clock=(NOW + DAY + HOUR).timestamp)
    assert freshness_of("pythons") == Freshness(NOW + DAY + HOUR, failing=False)


def test_reading_one_group_makes_no_other_fresh(server):
    collect(NOW, clock=NOW.timestamp)
    later = NOW + HOUR
    collect(later, group_ids=["pythons"], clock=later.timestamp)
    assert freshness_of("pythons") == Freshness(later, failing=False)
    assert freshness_of("maps") == Freshness(NOW, failing=False)


def test_a_run_that_left_a_group_out_makes_it_no_fresher(server):
    collect(NOW, clock=NOW.timestamp)
    make.group("maps", ical=server.url("/maps.ics"), active=False).save()
    collect(NOW + DAY, clock=(NOW + DAY).timestamp)
    assert freshness_of("maps") == Freshness(NOW, failing=False)


def test_a_feed_that_was_never_read_well_is_not_spoken_of(client, server):
    server["/pythons.ics"] = status(500)
    collect(NOW, clock=NOW.timestamp)
    assert freshness_of("pythons") is None
    assert 'class="fresh"' not in page(client, "/groups/pythons/")


@pytest.mark.parametrize(
    ("ago", "failures", "said"),
    [
        (dt.timedelta(seconds=5), 0, "The group&#x27;s feed was read just now."),
        (2.5 * HOUR, 0, "The group&#x27;s feed was read 2\N{NO-BREAK SPACE}hours ago."),
        (3 * DAY, 2, "The group&#x27;s feed could last be read on {:%B} {}; what changed there"),
    ],
)
def test_the_groups_page_says_how_fresh_it_is(client, ago, failures, said):
    make.group().save()
    at = timezone.now() - ago
    error = "http-500: zqprivate"
    Feed("feeds", "pythons", last_success_at=at, failures=failures, last_error=error).save()
    html = page(client, "/groups/pythons/").replace("&#39;", "&#x27;").replace("'", "&#x27;")
    local = at.astimezone(settings.SITE_ZONE)
    assert said.format(local, local.day) in html
    assert "zqprivate" not in html


@pytest.mark.parametrize("events", [1, 3])
def test_what_the_pages_cost(client, now, dynamodb_calls, events):
    make.group().save()
    for number in range(events):
        make.event(f"Event {number}", now + DAY + number * HOUR).create()
    dynamodb_calls.clear()
    page(client, "/groups/pythons/")
    # the version; the groups and the group's events; its feed and the newest run
    assert dynamodb_calls == ["GetItem", "Query", "Query", "GetItem", "Query"]
    dynamodb_calls.clear()
    page(client, "/groups/")
    assert dynamodb_calls == ["Query"] * 5  # the regions, and the groups


def test_groups_say_how_much_they_have_and_when(client, now):
    noon = now.replace(hour=12, minute=0, second=0)
    make.group().save()
    make.group("maps").save()
    make.group("quiet").save()
    for days in (3, 2):
        make.event(f"In {days} days", noon + days * DAY).create()
    make.event("Running", noon - DAY, 72, group_id="maps").create()
    make.event("Hidden", noon + DAY, group_id="quiet", hidden=True).create()
    html = page(client, "/groups/")
    day = noon + 2 * DAY
    assert f"2 events, the next {day:%a, %b} {day.day}</p>" in html
    assert "1 event, today</p>" in html
    assert html.count('class="next"') == 2
