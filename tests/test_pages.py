"""What the public sees, through the front.

No test here may use the accounts database: pytest-django refuses it, and so proves that no page asks it.
"""

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from tests import make

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def now():
    """This moment as wall time; pages read the clock."""
    return timezone.now().astimezone(settings.SITE_ZONE).replace(tzinfo=None, microsecond=0)


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def titles(html):
    return [part.partition("</a>")[0].rpartition(">")[2] for part in html.split("<h3>")[1:]]


def test_an_empty_calendar_says_so(client):
    assert "Nothing is announced" in page(client, "/")


def test_home_lists_by_day_what_is_coming_in_person(client, now):
    noon = now.replace(hour=12, minute=0, second=0)
    make.event("Tomorrow", noon + DAY).create()
    make.event("In two days", noon + 2 * DAY, location_type="hybrid").create()
    make.event("Earlier in two days", noon + 2 * DAY - 2 * HOUR).create()
    make.event("Online only", noon + DAY, location_type="virtual").create()
    make.event("In a month", noon + 29 * DAY).create()
    make.event("Since yesterday", noon - DAY, 72).create()
    html = page(client, "/")
    assert titles(html) == ["Since yesterday", "Tomorrow", "Earlier in two days", "In two days"]
    assert html.count('<section class="day"') == 3
    assert "also online" in html


@pytest.mark.parametrize("events", [1, 3])
def test_home_costs_one_query_a_region(client, now, events, dynamodb_calls):
    for number in range(events):
        make.event(f"Event {number}", now + DAY + number * HOUR).create()
    dynamodb_calls.clear()
    page(client, "/")
    assert dynamodb_calls == ["GetItem", *["Query"] * 4]  # the version, and the regions
    page(client, "/")
    assert len(dynamodb_calls) == 5


UNLISTED = {
    "pending": {"status": "pending"},
    "rejected": {"status": "rejected"},
    "withdrawn": {"withdrawn_at": make.NOW},
    "hidden": {"hidden": True},
    "merged": {"duplicate_of": "nothing"},
}


@pytest.mark.parametrize("kind", UNLISTED)
def test_what_is_not_listed_is_on_no_page(client, now, kind):
    make.group().save()
    event = make.event(f"Secret {kind}", now + DAY, **UNLISTED[kind])
    event.create()
    make.event("Open", now + DAY).create()
    for address in ("/", "/groups/", "/groups/pythons/"):
        assert f"Secret {kind}" not in page(client, address)
    found = client.get(f"/events/{event.event_id}/{event.slug}/", follow=True)
    assert (found.status_code, b"Secret" in found.content) == (404, False)


def test_an_event_has_a_page_at_one_address(client, now):
    event = make.event(
        now.strftime("Python Night"), now + DAY, cost="Free", description="<b>5 < 6</b>"
    )
    event.create()
    address = f"/events/{event.event_id}/python-night/"
    html = page(client, address)
    assert "&lt;b&gt;5 &lt; 6&lt;/b&gt;" in html
    assert "Town Hall, Arlington, VA" in html
    for other in ("", "another-slug/"):
        moved = client.get(f"/events/{event.event_id}/{other}")
        assert (moved.status_code, moved.url) == (301, address)
        assert moved["Cache-Control"] == "no-cache"  # titles change, and change back


def test_a_merged_event_leads_to_the_other(client, now):
    target = make.event("Original", now + DAY)
    target.create()
    copy = make.event("Copy", now + DAY, duplicate_of=target.event_id)
    copy.create()
    response = client.get(f"/events/{copy.event_id}/", follow=True)
    assert response.redirect_chain[-1][0] == f"/events/{target.event_id}/original/"


def test_events_merged_into_each_other_are_no_loop(client, now):
    make.event("A", now + DAY, event_id="a", duplicate_of="b").create()
    make.event("B", now + DAY, event_id="b", duplicate_of="a").create()
    page(client, "/events/a/", 404)


def test_a_running_event_is_on_its_groups_page(client, now):
    make.group().save()
    make.event("Since yesterday", now - DAY, 72).create()
    make.event("Over", now - DAY, 2).create()
    html = page(client, "/groups/pythons/")
    assert "Since yesterday" in html
    assert "Over" not in html


def test_a_cancelled_event_says_so(client, now):
    event = make.event("Off", now + DAY, event_status="CANCELLED")
    event.create()
    assert "Cancelled" in page(client, "/")
    assert "has been cancelled" in page(client, f"/events/{event.event_id}/off/")


def test_a_moved_event_says_where_it_was(client, now):
    start = dt.datetime(2026, 9, 2, 18, 30)
    event = make.event("Moved", now + DAY, previous_start=start)
    event.create()
    assert "it was to be on Wednesday, September 2 at 6:30 p.m." in page(
        client, f"/events/{event.event_id}/moved/"
    )


def test_the_last_day_of_an_all_day_event_is_the_day_before_its_end(client):
    event = make.event("Fair", dt.datetime(2036, 9, 4), 48, all_day=True)
    event.create()
    html = page(client, f"/events/{event.event_id}/fair/")
    assert "Thursday, September 4, 2036" in html
    assert "to Friday, September 5, 2036" in html


def test_sessions_are_shown_day_by_day(client):
    start = dt.datetime(2036, 4, 20)
    sessions = [
        {"start": "2036-04-21T14:00:00"},
        {"start": "2036-04-22T10:00:00", "end": "2036-04-22T17:00:00"},
    ]
    event = make.event("Summit", start, 96, all_day=True, sessions=sessions)
    event.create()
    html = page(client, f"/events/{event.event_id}/summit/")
    assert "Monday, April 21: 2 p.m." in html
    assert "Tuesday, April 22: 10 a.m. to 5 p.m." in html


def test_an_event_past_its_retention_is_gone_and_names_what_is_next(client, now):
    over = make.event("Over", dt.datetime(2026, 1, 5, 18))
    over.create()
    make.event("Next one", now + DAY).create()
    html = page(client, f"/events/{over.event_id}/", 410)
    assert "This event is over" in html
    assert "Next one" in html


def test_groups_are_listed_with_what_they_have_next(client, now):
    make.group().save()
    make.group("asleep", active=False).save()
    make.event("Python Night", now + DAY).create()
    html = page(client, "/groups/")
    assert "1 group announces events here" in html
    assert "asleep" not in html.casefold()
    assert "Python Night" in page(client, "/groups/pythons/")


def test_a_group_id_that_is_no_slug_leads_to_its_slug(client):
    make.group("dc_python's", name="DC Python").save()
    moved = client.get("/groups/dc_python's/")
    assert (moved.status_code, moved.url) == (301, "/groups/dc-pythons/")
    assert "DC Python" in page(client, "/groups/dc-pythons/")
    page(client, "/groups/nobody/", 404)


def test_nobody_knows_an_event_by_another_address(client):
    page(client, "/events/nothing/", 404)
    page(client, f"/events/{'x' * 3000}/", 404)
    page(client, "/nothing/", 404)
