"""What machines find on pages that list events, and how the longest of them is divided."""

import datetime as dt
import json
import re
from html import unescape

import icalendar
import pytest

from events.models import Category
from events.paging import Page
from tests import make
from tests.test_browse import periods
from tests.test_pages import DAY, HOUR, now, page, titles

__all__ = ["now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

SITE = "https://example.org"
LISTS = (
    "/",
    "/es/",
    "/virtual/",
    "week",
    "month",
    "day",
    "/locations/va/",
    "/categories/data/",
    "/just-added/",
    "/groups/pythons/",
    "/events/",
    "/events/?region=VA&city=Arlington",
)


@pytest.fixture
def noon(now):
    return now.replace(hour=12, minute=0, second=0)


@pytest.fixture
def listed(noon, settings):
    """Two events that every list has."""
    settings.SITE_URL = SITE
    Category("category", "data", name="Data").save()
    make.group().save()
    more = {"categories": ["data"], "location_type": "hybrid"}
    make.event("First </script><b>", noon + DAY, event_id="a", **more).create()
    make.event("Second", noon + DAY + HOUR, event_id="b", **more).create()


def links(html):
    """Return rel -> address of the head's links."""
    head = html.partition("</head>")[0]
    found = re.findall(r'<link rel="(canonical|prev|next)" href="([^"]*)">', head)
    return {rel: unescape(address) for rel, address in found}


def item_lists(html):
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return [json.loads(script) for script in scripts]


def address_of(name, noon):
    named = dict(zip(("week", "month", "day"), periods((noon + DAY).date()), strict=True))
    return named.get(name, name)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_says_which_pages_it_leads_to(client, noon, listed, name):
    address = address_of(name, noon)
    html = page(client, address)
    base = f"{SITE}/es/events" if name == "/es/" else f"{SITE}/events"
    addresses = [f"{base}/a/first-scriptb/", f"{base}/b/second/"]
    assert item_lists(html) == [
        {
            "@context": "https://schema.org",
            "@type": "ItemList",
            "itemListElement": [
                {"@type": "ListItem", "position": position, "url": url}
                for position, url in enumerate(addresses, start=1)
            ],
        }
    ]
    assert links(html) == {"canonical": f"{SITE}{address}"}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_previews_as_what_it_is(client, noon, listed, name):
    address = address_of(name, noon)
    head = page(client, address).partition("</head>")[0]
    title = re.search("<title>(.*?)</title>", head)[1]
    assert f'<meta property="og:title" content="{title}">' in head
    shown = address.replace("&", "&amp;")
    assert f'<meta property="og:url" content="{SITE}{shown}">' in head
    description = re.search('<meta name="description" content="(.*?)">', head)[1]
    assert f'<meta property="og:description" content="{description}">' in head


@pytest.mark.parametrize("address", ["/", "/locations/", "/categories/", "/groups/"])
def test_the_canonical_address_has_no_strangers_parameters(client, listed, address):
    assert links(page(client, f"{address}?utm_source=x"))["canonical"] == f"{SITE}{address}"


def test_an_empty_list_and_a_search_name_no_items(client, settings):
    settings.SITE_URL = SITE
    assert item_lists(page(client, "/")) == []
    assert links(page(client, "/")) == {"canonical": f"{SITE}/"}
    html = page(client, "/search/?q=x")
    assert (item_lists(html), links(html)) == ([], {})


def test_all_events_come_in_pages_of_whole_days(client, noon, settings):
    settings.SITE_URL = SITE
    for day in range(1, 6):
        for number in range(20):
            make.event(f"{day}/{number:02}", noon + day * DAY, cost="Free").create()
    second, third = ((noon + days * DAY).date() for days in (3, 5))
    pages = {
        "/events/": {"next": f"/events/?from={second}"},
        f"/events/?from={second}": {"prev": "/events/", "next": f"/events/?from={third}"},
        f"/events/?from={third}": {"prev": f"/events/?from={second}"},
        f"/events/?free=1&from={third}": {"prev": f"/events/?free=1&from={second}"},
    }
    shown = []
    for address, others in pages.items():
        html = page(client, address)
        shown.append(len(titles(html)))
        assert links(html) == {
            "canonical": f"{SITE}{address}",
            **{rel: f"{SITE}{other}" for rel, other in others.items()},
        }
        for rel, other in others.items():
            assert f'<a rel="{rel}" href="{other.replace("&", "&amp;")}">' in html
        assert "100 events in the next" in html
    assert shown == [40, 40, 20, 20]


def test_a_page_may_begin_on_any_day_to_come(client, noon):
    for day in (1, 2, 5):
        make.event(f"In {day}", noon + day * DAY).create()
    between = (noon + 3 * DAY).date()
    html = page(client, f"/events/?from={between}")
    assert titles(html) == ["In 5"]
    assert '<a rel="prev" href="/events/">' in html
    page(client, f"/events/?from={(noon + 6 * DAY).date()}", 404)
    assert "A from is a day like 2026-09-01" in page(client, "/events/?from=soon", 400)


@pytest.mark.parametrize("day", ["2026-01-01", "today", ""])
def test_a_day_that_is_not_to_come_leads_to_the_first_page(client, noon, day):
    day = noon.date() if day == "today" else day
    moved = client.get(f"/events/?free=1&from={day}")
    assert (moved.status_code, moved.url) == (301, "/events/?free=1")


@pytest.mark.parametrize(
    ("sizes", "since", "shown", "earlier", "after"),
    [
        ([], None, [], [], None),
        ([2, 1], None, [1, 2], [], None),
        ([2, 2, 1], None, [1], [], 2),
        ([9, 1], None, [1], [], 2),
        ([1, 9, 1], 2, [2], [1], 3),
        ([1, 1, 1, 1], 4, [4], [1, 2, 3], None),
        ([1, 1], 9, [], [1, 2], None),
    ],
)
def test_a_page_has_three_events_or_the_one_day_with_more(sizes, since, shown, earlier, after):
    def date(day):
        return dt.date(2026, 9, day)

    days = [(date(number), [object()] * size) for number, size in enumerate(sizes, start=1)]
    found = Page.of(days, since and date(since), 3)
    assert [day.day for day, _ in found.days] == shown
    assert [day.day for day, _ in found.earlier] == earlier
    assert found.next == (after and date(after))


def test_subscriptions_say_where_on_earth(client, noon):
    make.event("Here", noon + DAY, geo=[38.88, -77.1]).create()
    calendar = icalendar.Calendar.from_ical(client.get("/events.ics").content)
    [found] = calendar.walk("VEVENT")
    assert (found["GEO"].latitude, found["GEO"].longitude) == (38.88, -77.1)
    [item] = json.loads(client.get("/events.json").content)["items"]
    assert item["_event"]["geo"] == [38.88, -77.1]
