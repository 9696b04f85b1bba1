"""The API's public endpoints: what they list, in which order, and at what cost. None asks the accounts database."""

import datetime as dt

import pytest

from events.models import Category
from tests import make
from tests.test_pages import DAY, HOUR, UNLISTED, now

__all__ = ["now"]

pytestmark = pytest.mark.usefixtures("tables")

PRIVATE = {
    "submitted_by": "ada@example.org",
    "locks": {"title": {"value": "x", "by": "user:secret-moderator", "at": "", "reason": ""}},
}


def ask(client, address, status=200, **query):
    response = client.get(address, query)
    assert response.status_code == status, response.content
    return response.json()


def titles(answer):
    return [event["title"] for event in answer["events"]]


def test_an_event_says_all_of_itself(client, now):
    start = now.replace(hour=18, minute=30, second=0) + DAY
    event = make.event(
        "Python Night",
        start,
        categories=["python"],
        cost="Free",
        also_published_by=[
            {"group_id": "maps", "group_name": "Maps", "group_website": "", "url": ""}
        ],
        **PRIVATE,
    )
    event.create()
    [said] = ask(client, "/api/events")["events"]
    page = f"http://127.0.0.1:8000/events/{event.event_id}"
    assert said == {
        "event_id": event.event_id,
        "title": "Python Night",
        "excerpt": None,
        "start": event.starts_at.isoformat(),
        "end": (event.starts_at + 2 * HOUR).isoformat(),
        "all_day": False,
        "timezone": "America/New_York",
        "sessions": [],
        "previous_start": None,
        "status": "confirmed",
        "sequence": 0,
        "url": "https://example.org/python-night",
        "html_url": f"{page}/python-night/",
        "ics_url": f"{page}.ics",
        "location_type": "in_person",
        "location": "Town Hall, Arlington, VA",
        "city": "Arlington",
        "state": "VA",
        "group": {"group_id": "pythons", "name": "Pythons", "website": None},
        "also_published_by": [{"group_id": "maps", "name": "Maps", "website": None, "url": None}],
        "categories": ["python"],
        "cost": "Free",
        "free": True,
        "updated_at": "2026-09-01T16:00:00Z",
    }
    assert said["start"].endswith(("-04:00", "-05:00"))
    whole = ask(client, f"/api/events/{event.event_id}")
    assert {name: whole[name] for name in said} == said
    assert whole.keys() - said.keys() == {
        "description",
        "description_html",
        "own_timezone",
        "geo",
        "created_at",
    }


@pytest.mark.parametrize("kind", UNLISTED)
def test_what_is_not_listed_is_nowhere(client, now, kind):
    event = make.event("Secret", now + DAY, **{**PRIVATE, **UNLISTED[kind]})
    event.create()
    make.event("Open", now + DAY, url="https://example.org/open", **PRIVATE).create()
    make.group().save()
    ask(client, f"/api/events/{event.event_id}", 404)
    week = f"{now + DAY:%G-W%V}"
    for address in ("events", "events/upcoming", "groups/pythons/events", f"weeks/{week}"):
        response = client.get(f"/api/{address}")
        assert titles(response.json()) == ["Open"]
        for secret in ("Secret", "ada@example.org", "secret-moderator", event.event_id):
            assert secret not in response.content.decode()


def test_groups_that_are_not_listed_are_nowhere(client):
    make.group().save()
    make.group("pending", status="pending").save()
    make.group("asleep", active=False, submitted_by="ada@example.org").save()
    assert [group["group_id"] for group in ask(client, "/api/groups")["groups"]] == ["pythons"]
    for group_id in ("pending", "asleep", "unknown", "x" * 3000):
        ask(client, f"/api/groups/{group_id}", 404)
        ask(client, f"/api/groups/{group_id}/events", 404)
    assert ask(client, "/api/groups/pythons") == {
        "group_id": "pythons",
        "name": "Pythons",
        "website": "https://pythons.example.org/",
        "html_url": "http://127.0.0.1:8000/groups/pythons/",
        "events_url": "http://127.0.0.1:8000/api/groups/pythons/events",
        "categories": [],
    }


@pytest.fixture
def calendar(now):
    """Events that differ in one thing each."""
    noon = now.replace(hour=12, minute=0, second=0)
    make.event("Virginia", noon + DAY).create()
    make.event("Maryland", noon + 2 * DAY, region="MD", group_id="maps").create()
    make.event("Online", noon + 3 * DAY, location_type="virtual", region=None).create()
    make.event("Both", noon + 4 * DAY, location_type="hybrid", categories=["python"]).create()
    others = [{"group_id": "maps", "group_name": "Maps", "group_website": "", "url": ""}]
    make.event("Shared", noon + 5 * DAY, also_published_by=others).create()
    return noon


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Virginia", "Maryland", "Online", "Both", "Shared"]),
        ({"state": "MD"}, ["Maryland"]),
        ({"state": "MD,VA"}, ["Virginia", "Maryland", "Both", "Shared"]),
        ({"location_type": "virtual"}, ["Online", "Both"]),
        ({"location_type": "in_person"}, ["Virginia", "Maryland", "Both", "Shared"]),
        ({"location_type": "hybrid"}, ["Both"]),
        ({"group_id": "maps"}, ["Maryland", "Shared"]),
        ({"group_id": "nobody"}, []),
        ({"group_id": "\x00"}, []),
        ({"category": "python"}, ["Both"]),
        ({"q": "mary"}, ["Maryland"]),
        ({"q": "mary", "state": "VA"}, []),
        ({"utm_source": "x"}, ["Virginia", "Maryland", "Online", "Both", "Shared"]),
    ],
)
def test_filters(client, calendar, query, found):
    assert titles(ask(client, "/api/events", **query)) == found


def test_upcoming_and_virtual_are_the_pages_of_the_same_name(client, calendar):
    in_person = ["Virginia", "Maryland", "Both", "Shared"]
    assert titles(ask(client, "/api/events/upcoming")) == in_person
    assert titles(ask(client, "/api/events/virtual")) == ["Online", "Both"]
    assert titles(ask(client, "/api/events/upcoming", state="MD")) == ["Maryland"]


def test_both_dates_are_inclusive(client, calendar):
    first, last = (f"{calendar + days * DAY:%Y-%m-%d}" for days in (2, 4))
    dates = {"start_date": first, "end_date": last}
    assert titles(ask(client, "/api/events", **dates)) == ["Maryland", "Online", "Both"]
    assert titles(ask(client, "/api/events", end_date=first)) == ["Virginia", "Maryland"]
    assert titles(ask(client, "/api/events", end_date="1999-01-01")) == []
    assert titles(ask(client, "/api/events", start_date=last)) == ["Both", "Shared"]


def test_without_dates_it_begins_with_what_runs(client, now):
    make.event("Over", now - 5 * HOUR, 2).create()
    make.event("Runs", now - 2 * DAY, 72).create()
    make.event("Comes", now + HOUR).create()
    assert titles(ask(client, "/api/events")) == ["Runs", "Comes"]
    yesterday = f"{now - DAY:%Y-%m-%d}"
    assert titles(ask(client, "/api/events", start_date=yesterday)) == ["Runs", "Over", "Comes"]


def test_what_is_past_its_retention_is_gone_before_dynamodb_deletes_it(client, now):
    event = make.event("Long ago", now - 20 * DAY)
    event.create()
    assert ask(client, "/api/events", start_date=f"{now - 21 * DAY:%Y-%m-%d}")["events"] == []
    assert ask(client, f"/api/weeks/{now - 20 * DAY:%G-W%V}")["events"] == []
    assert ask(client, f"/api/events/{event.event_id}", 410)["detail"] == (
        "The event is over, and its details are gone."
    )


def test_a_merged_event_leads_to_its_original(client, now):
    original = make.event("Original", now + DAY)
    original.create()
    merged = make.event("Copy", now + DAY, duplicate_of=original.event_id)
    merged.create()
    response = client.get(f"/api/events/{merged.event_id}")
    assert (response.status_code, response.url) == (302, f"/api/events/{original.event_id}")


def test_weeks(client, calendar):
    week = f"{calendar + DAY:%G-W%V}"
    answer = ask(client, f"/api/weeks/{week}")
    assert answer["week"] == week
    days = (dt.date.fromisoformat(answer[name]) for name in ("start_date", "end_date"))
    assert [day.isoweekday() for day in days] == [1, 7]
    assert ask(client, f"/api/weeks/{answer['next']}")["previous"] == week
    assert "Virginia" in titles(answer)
    for text in ("2026-W54", "2026-W1", "now"):
        ask(client, f"/api/weeks/{text}", 404)


def test_locations_and_categories(client, calendar):
    Category("category", "python", name="Python", description="Snakes").save()
    answer = ask(client, "/api/locations")
    assert [(each["state"], each["upcoming"]) for each in answer["locations"]] == [
        ("DC", 0),
        ("MD", 1),
        ("VA", 3),
    ]
    assert answer["locations"][2]["cities"] == [{"name": "Arlington", "upcoming": 3}]
    assert (answer["virtual"], answer["elsewhere"]) == (2, 0)
    assert ask(client, "/api/categories")["categories"] == [
        {
            "slug": "python",
            "name": "Python",
            "description": "Snakes",
            "html_url": "http://127.0.0.1:8000/categories/python/",
        }
    ]
