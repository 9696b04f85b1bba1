"""Subscriptions, and the week ahead to send on."""

import datetime as dt
import html

import pytest
from django.conf import settings
from django.utils import timezone

from events.models import Category
from tests import make
from tests.test_pages import UNLISTED, page

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

DAY = dt.timedelta(days=1)
NEWSLETTERS = ["/newsletter.html", "/newsletter.txt"]


@pytest.fixture
def noon():
    """Today at noon, as wall time; pages read the clock."""
    now = timezone.now().astimezone(settings.SITE_ZONE).replace(tzinfo=None)
    return now.replace(hour=12, minute=0, second=0, microsecond=0)


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
