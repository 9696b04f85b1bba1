"""Subscriptions, and the week ahead to send on."""

import datetime as dt
import html
import re

import pytest
from django.conf import settings
from django.utils import timezone

from events.models import Category
from tests import make
from tests.test_pages import UNLISTED, page

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
NEWSLETTERS = ["/newsletter.html", "/newsletter.txt"]


@pytest.fixture
def noon():
    """Today at noon, as wall time; pages read the clock."""
    now = timezone.now().astimezone(settings.SITE_ZONE).replace(tzinfo=None)
    return now.replace(hour=12, minute=0, second=0, microsecond=0)


def test_the_form_of_subscriptions_leads_to_the_addresses_of_its_filter(client):
    Category("category", "data", name="Data & AI").save()
    make.group().save()
    sent = "/feeds/?region=VA&region=DC&category=data&kind=in_person&group=pythons"
    moved = client.get(sent)
    query = "region=DC,VA&category=data&group=pythons&kind=in_person"
    assert (moved.status_code, moved.url) == (301, f"/feeds/?{query}")
    text = html.unescape(page(client, moved.url))
    for extension in ("ics", "rss", "atom", "json", "csv"):
        assert f'href="/events.{extension}?{query}"' in text
        assert client.get(f"/events.{extension}?{query}").status_code == 200
    assert f'href="webcal://127.0.0.1:8000/events.ics?{query}"' in text
    assert f"<code>http://127.0.0.1:8000/events.ics?{query}</code>" in text
    assert f'href="/events/?{query}"' in text
    assert '<option value="pythons" selected>Pythons</option>' in text
    for chosen in ("DC", "VA", "data", "in_person"):
        assert f'value="{chosen}" checked' in text


def test_a_choice_that_there_is_not_is_said(client):
    assert "There is no region &#x27;ZZ&#x27;" in page(client, "/feeds/?region=ZZ", 400)


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/", "?kind=in_person"),
        ("/virtual/", "?kind=virtual"),
        ("/groups/pythons/", "?group=pythons"),
        ("/locations/va/", "?region=VA"),
        ("/week/2036-W48/", ""),
        ("/2036/11/", ""),
        ("/day/2036-11-23/", ""),
    ],
)
def test_a_page_offers_the_filter_that_says_the_same(client, address, query):
    make.group().save()
    text = page(client, address)
    for extension in ("ics", "rss", "atom", "json", "csv"):
        assert f'<a href="/events.{extension}{query}">' in text


def test_a_group_that_no_filter_can_name_offers_none(client):
    make.group("a,b", slug="ab").save()
    assert 'class="channels"' not in page(client, "/groups/ab/")


def test_subscriptions_are_given_for_all_and_for_less(client):
    Category("category", "data", name="Data & AI").save()
    text = page(client, "/feeds/")
    assert 'href="webcal://127.0.0.1:8000/events.ics"' in text
    for address in ("/events.rss", "/events.ics?region=VA", "/events.rss?category=data"):
        assert f'href="{address}"' in text
        assert client.get(address).status_code == 200
    assert "Data &amp; AI" in text


@pytest.mark.parametrize("address", NEWSLETTERS)
def test_the_week_ahead_begins_tomorrow_and_has_seven_days(client, noon, address):
    for days, title in ((0, "Today"), (1, "First"), (7, "Seventh"), (8, "Eighth")):
        make.event(f"{title} <&>", noon + days * DAY).create()
    make.event("Online one", noon + 2 * DAY, location_type="virtual").create()
    make.event("Off", noon + 3 * DAY, event_status="CANCELLED").create()
    text = page(client, address)
    plain = html.unescape(text)
    order = [plain.index(title) for title in ("First <&>", "Online one", "Off", "Seventh <&>")]
    assert order == sorted(order)
    assert "Today <" not in plain
    assert "Eighth" not in plain
    assert "cancelled" in plain.casefold()
    assert ("<&>" in text) is (address == "/newsletter.txt")
    assert "http://127.0.0.1:8000/events/" in text


@pytest.mark.parametrize("address", NEWSLETTERS)
def test_the_week_ahead_says_times_as_the_pages_do(client, noon, address):
    day = (noon + DAY).replace(hour=0)
    make.event("Hackathon", day - 30 * HOUR, 70).create()
    make.event("Talk", day + 18 * HOUR).create()
    make.event("Fair", day, 24, all_day=True).create()
    make.event("Later", day + 20 * HOUR, 0, event_status="POSTPONED").create()
    sessions = [{"start": (day + hours * HOUR).isoformat()} for hours in (33, 57)]
    make.event("Course", day, 72, all_day=True, sessions=sessions).create()
    text = " ".join(re.sub("<[^>]*>", "", page(client, address)).split())
    began, last, second = day - 30 * HOUR, day + 39 * HOUR, day + 57 * HOUR
    said = [
        f"Since {began:%b} {began.day} Hackathon",
        f"Town Hall, Arlington, VA, until {last:%a, %b} {last.day}",
        "All day Fair",
        "6 p.m. to 8 p.m. Talk",
        "9 a.m. Course",
        f"until {second:%a, %b} {second.day}",
    ]
    assert [words for words in said if words not in text] == []
    assert text.count("Course") == 2
    assert "8 p.m. Later (postponed)" in text.replace("POSTPONED", "postponed")


def test_a_line_break_in_a_name_breaks_no_line(client, noon):
    broken = {"location": "Town\nHall", "group_name": "Py\u2028thons"}
    make.event("Python\r\n\r\nNight", noon + DAY, **broken).create()
    lines = page(client, "/newsletter.txt").splitlines()
    assert "noon to 2 p.m.  Python Night" in lines
    assert "  Town Hall, Py thons" in lines


@pytest.mark.parametrize("address", NEWSLETTERS)
def test_an_empty_week_says_so(client, address):
    assert "Nothing is announced for this week yet." in page(client, address)


@pytest.mark.parametrize("kind", UNLISTED)
@pytest.mark.parametrize("address", NEWSLETTERS)
def test_what_is_not_listed_is_not_sent(client, noon, address, kind):
    make.event(f"Secret {kind}", noon + DAY, **UNLISTED[kind]).create()
    assert "Secret" not in page(client, address)


@pytest.mark.parametrize("events", [1, 3])
def test_what_it_costs(client, noon, dynamodb_calls, events):
    for number in range(events):
        make.event(f"Event {number}", noon + DAY).create()
    dynamodb_calls.clear()
    page(client, "/newsletter.html")
    assert dynamodb_calls == ["GetItem", *["Query"] * 4]
