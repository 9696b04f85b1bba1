"""What the public may not see, looked for at every public address there is."""

import datetime as dt
import json

import pytest
from django.conf import settings
from django.utils import timezone

from dctech import freshness
from events.models import Category
from events.periods import Day, Month, Week
from tests import addresses, make

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

DAY = dt.timedelta(days=1)
PRIVATE = "zqprivate"

HIDDEN = {
    "zqpending": {"status": "pending"},
    "zqrejected": {"status": "rejected"},
    "zqwithdrawn": {"withdrawn_at": make.NOW},
    "zqhidden": {"hidden": True},
    "zqmerged": {"duplicate_of": "open"},
    "zqpendinggroup": {"status": "pending", "group_id": "zqpendinggroup"},
    "zqrejectedgroup": {"status": "rejected", "group_id": "zqrejectedgroup"},
    "zqsleepinggroup": {"status": "pending", "group_id": "zqsleepinggroup"},
}
"""A word that nothing else says -> why the event that says it everywhere is not to be seen"""

EXPIRED = "zqexpired"
"""This one is past its retention and still stored, since DynamoDB deletes late."""

MARKERS = (*HIDDEN, EXPIRED, PRIVATE)


@pytest.fixture
def noon():
    now = timezone.now().astimezone(settings.SITE_ZONE)
    return now.replace(tzinfo=None, hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def shown(noon):
    """What may be seen, of the same days, places and subjects as what may not."""
    Category("category", "data", name="Data").save()
    make.group(submitted_by=f"{PRIVATE}@example.org").save()
    make.event(
        "Open evening",
        noon + DAY,
        event_id="open",
        categories=["data"],
        location_type="hybrid",
        submitted_by=f"{PRIVATE}@example.org",
        approval_metadata={"approved_by": PRIVATE, "approved_at": make.NOW},
    ).create()


def store_hidden(noon):
    for marker, why in HIDDEN.items():
        _secret(marker, noon + DAY, **why).create()
    _secret(EXPIRED, noon - (settings.EVENT_RETENTION_DAYS + 2) * DAY).create()
    for group_id, more in {
        "zqpendinggroup": {"status": "pending"},
        "zqrejectedgroup": {"status": "rejected"},
        "zqsleepinggroup": {"active": False},
    }.items():
        make.group(group_id, submitted_by=f"{PRIVATE}@example.org", **more).save()


def _secret(marker, start, **why):
    """Return an event that says the word wherever an event says something."""
    values = {
        "event_id": f"{marker}-id",
        "url": f"https://{marker}.example.org/",
        "description": f"About {marker}",
        "excerpt": f"About {marker}",
        "location": f"{marker} Hall, {marker}, VA",
        "city": marker.title(),
        "group_name": marker.title(),
        "group_website": f"https://{marker}.example.org/",
        "categories": ["data", marker],
        "cost": f"Free for {marker}",
        "location_type": "hybrid",
        "created_at": make.NOW + DAY,
        "changed_at": make.NOW + DAY,
        "submitted_by": f"{PRIVATE}@example.org",
    }
    return make.event(f"Secret {marker}", start, **(values | why))


def fields(noon, event_id="open", slug="open-evening", **more):
    """Return what examples are filled in with."""
    day, past = (noon + DAY).date(), noon.date() - (settings.EVENT_RETENTION_DAYS + 2) * DAY
    return {
        "day": day.isoformat(),
        "past_day": past.isoformat(),
        "week": Week.around(day).get_absolute_url().split("/")[-2],
        "past_week": Week.around(past).get_absolute_url().split("/")[-2],
        "month": Month.around(day).get_absolute_url().strip("/"),
        "past_month": Month.around(past).get_absolute_url().strip("/"),
        "region": "VA",
        "region_path": "va",
        "city": "Arlington",
        "category": "data",
        "group": "pythons",
        "word": "secret",
        "slip": "secrett",
        "event_id": event_id,
        "slug": slug,
    } | more


def every_page(client, values):
    """Return address -> status and body of every public address."""
    freshness.pages.clear()
    found = {}
    for examples in addresses.public().values():
        for example in examples:
            response = client.get(example.format_map(values))
            found[example] = (response.status_code, response.content)
    return found


def test_what_is_hidden_changes_no_byte_of_any_page(client, noon, shown):
    before = every_page(client, fields(noon))
    assert {status for status, _ in before.values()} == {200, 301}
    store_hidden(noon)
    after = every_page(client, fields(noon))
    assert [address for address in after if after[address] != before[address]] == []
    said = b"".join(body for _, body in after.values()).lower()
    assert b"open evening" in said
    assert [marker for marker in MARKERS if marker.encode() in said] == []


@pytest.mark.parametrize("marker", HIDDEN)
def test_asking_for_what_is_hidden_finds_nothing(client, noon, shown, marker):
    """By its own city, category, group, word: what is typed may come back, what is stored may not."""
    store_hidden(noon)
    asked = {
        "city": marker.title(),
        "category": marker,
        "word": marker[:-1],
        "slip": f"{marker[:-2]}xx",
        "group": HIDDEN[marker].get("group_id", marker),
    }
    stored = (f"secret {marker}", f"about {marker}", f"{marker}-id", f"{marker} hall", PRIVATE)
    for examples in addresses.public().values():
        for example in examples:
            if "{event_id}" in example:
                continue
            body = client.get(example.format_map(fields(noon, **asked))).content.decode().casefold()
            assert [text for text in stored if text in body] == [], example


@pytest.mark.parametrize("marker", HIDDEN)
def test_its_own_addresses_say_that_there_is_nothing(client, noon, shown, marker):
    store_hidden(noon)
    values = fields(noon, f"{marker}-id", f"secret-{marker}")
    for name in ("event-short", "event", "event-card", "event-ics"):
        for example in addresses.public()[name]:
            response = client.get(example.format_map(values))
            if marker == "zqmerged" and name != "event-card":
                assert response.status_code in {301, 302}
                assert "/events/open" in response.url
            else:
                assert response.status_code == 404
            assert marker.encode() not in response.content.lower().replace(
                f"{marker}-id".encode(), b""
            ).replace(f"secret-{marker}".encode(), b"")  # the address that was asked for


def test_what_is_past_its_retention_is_gone_with_its_name(client, noon, shown):
    store_hidden(noon)
    values = fields(noon, f"{EXPIRED}-id", "any")
    for name, status in {
        "event": 410,
        "event-short": 410,
        "event-ics": 410,
        "event-card": 404,
    }.items():
        for example in addresses.public()[name]:
            response = client.get(example.format_map(values))
            assert response.status_code == status
            body = response.content.decode().lower().replace(f"{EXPIRED}-id", "")
            assert [word for word in (EXPIRED, PRIVATE) if word in body] == []


@pytest.mark.parametrize("group_id", ["zqpendinggroup", "zqrejectedgroup", "zqsleepinggroup"])
def test_a_group_that_is_not_listed_has_no_page(client, noon, shown, group_id):
    store_hidden(noon)
    make.event("Open too", noon + DAY, group_id=group_id, group_name=None).create()
    for example in addresses.public()["group"]:
        response = client.get(example.format_map(fields(noon, group=group_id)))
        assert response.status_code == 404
        assert b"Open too" not in response.content


def test_the_period_after_retention_is_empty_whatever_is_still_stored(client, noon, shown):
    store_hidden(noon)
    day = Day.around(noon.date() - (settings.EVENT_RETENTION_DAYS + 2) * DAY)
    assert client.get(day.get_absolute_url()).context["total"] == 0


def test_machines_hear_of_listed_events_alone(client, noon, shown):
    store_hidden(noon)
    body = client.get("/just-added/").content.decode()
    found = json.loads(body.partition('type="application/ld+json">')[2].partition("</script>")[0])
    assert [item["url"].rpartition("/events/")[2] for item in found["itemListElement"]] == [
        "open/open-evening/"
    ]
