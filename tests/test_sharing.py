"""What an event's page tells search engines, link previews and calendars, read back from the page."""

import datetime as dt
import json
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings

from collector.webpage import EventPage, read_event_page
from tests import make

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

START = dt.datetime(2036, 9, 3, 18, 30)
HOSTILE = """</script><script>alert(1)</script> <!-- <script> "quoted" & 'single' \u2028 ]]>"""


class Page(HTMLParser):
    """Every tag of a page with its attributes, and the text of each script."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.scripts = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.lasttag == "script" and data.strip():
            self.scripts.append(data)

    def named(self, attribute):
        return {
            given[attribute]: given["content"]
            for tag, given in self.tags
            if tag == "meta" and attribute in given and "content" in given
        }

    def by_class(self, name):
        return [
            (tag, given) for tag, given in self.tags if name in (given.get("class") or "").split()
        ]


def show(client, event):
    event.create()
    response = client.get(f"/events/{event.event_id}/{event.slug}/")
    assert response.status_code == 200
    return response.content


def told(client, event):
    """Return the JSON-LD of an event's page, and what our own reader of other sites' pages makes of it."""
    html = show(client, event)
    page = Page(html.decode())
    assert len(page.scripts) == 1
    url = f"{settings.SITE_URL}/events/{event.event_id}/{event.slug}/"
    return json.loads(page.scripts[0]), read_event_page(html, url=url)


def test_an_event_is_read_back_as_it_is(client):
    event = make.event(
        start=START, location="Town Hall, 12 Main St, Arlington, VA 22201", description="Talks.\nPizza.",
        cost="Free", group_website="https://pythons.example.org/",
    )  # fmt: skip
    said, read = told(client, event)
    assert read == EventPage(
        name="Python Night",
        location_type="in_person",
        location="Town Hall, 12 Main St, Arlington, VA",
        start="2036-09-03T18:30:00-04:00",
        end="2036-09-03T20:30:00-04:00",
        is_free=True,
        description="Talks.\nPizza.",
        image=f"{settings.SITE_URL}/events/{event.event_id}/card.png?v={make.NOW.timestamp():.0f}",
    )
    assert said["@type"] == "Event"
    assert said["url"] == f"{settings.SITE_URL}/events/{event.event_id}/python-night/"
    assert said["sameAs"] == "https://example.org/python-night"
    assert said["eventStatus"] == "https://schema.org/EventScheduled"
    assert said["organizer"] == {
        "@type": "Organization",
        "name": "Pythons",
        "url": "https://pythons.example.org/",
    }
    assert said["location"] == [
        {
            "@type": "Place",
            "name": "Town Hall",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "12 Main St",
                "addressLocality": "Arlington",
                "addressRegion": "VA",
                "postalCode": "22201",
                "addressCountry": "US",
            },
        }
    ]


@pytest.mark.parametrize(
    ("values", "status", "before"),
    [
        ({}, "EventScheduled", None),
        ({"event_status": "TENTATIVE"}, "EventScheduled", None),
        ({"event_status": "CANCELLED"}, "EventCancelled", None),
        ({"event_status": "POSTPONED"}, "EventPostponed", None),
        (
            {"previous_start": dt.datetime(2036, 1, 2, 9)},
            "EventRescheduled",
            "2036-01-02T09:00:00-05:00",
        ),
        (
            {"previous_start": dt.datetime(2036, 1, 2), "all_day": True},
            "EventRescheduled",
            "2036-01-02",
        ),
        (
            {"previous_start": dt.datetime(2036, 1, 2, 9), "event_status": "CANCELLED"},
            "EventCancelled",
            "2036-01-02T09:00:00-05:00",
        ),
    ],
)
def test_statuses(client, values, status, before):
    said, _ = told(client, make.event(start=START, **values))
    assert said["eventStatus"] == f"https://schema.org/{status}"
    assert said.get("previousStartDate") == before


@pytest.mark.parametrize(
    ("kind", "location", "mode", "places"),
    [
        ("in_person", "Town Hall", "Offline", ["Place"]),
        ("virtual", None, "Online", ["VirtualLocation"]),
        ("virtual", "https://meet.example.org/x", "Online", ["VirtualLocation"]),
        ("hybrid", "Town Hall", "Mixed", ["Place", "VirtualLocation"]),
    ],
)
def test_attendance_modes(client, kind, location, mode, places):
    event = make.event(start=START, location_type=kind, location=location)
    said, read = told(client, event)
    assert said["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert [place["@type"] for place in said["location"]] == places
    assert read.location_type == kind
    links = [place["url"] for place in said["location"] if "url" in place]
    linked = location if location and "://" in location else event.url
    assert links == [linked] * ("VirtualLocation" in places)


def test_a_place_that_is_not_known_yet_is_not_made_up(client):
    said, read = told(client, make.event(start=START, location=None, city=None, region=None))
    assert "location" not in said
    assert read.location == ""


@pytest.mark.parametrize(
    ("location", "city", "name", "street"),
    [
        ("1100 15th St NW, Washington, DC", "Washington", "1100 15th St NW", "1100 15th St NW"),
        ("Arlington, VA", "Arlington", "Arlington, VA", None),
        ("Somewhere near the river", "Arlington", "Somewhere near the river", None),
        ("Town Hall, Arlington", None, "Town Hall, Arlington", None),
    ],
)
def test_addresses(client, location, city, name, street):
    said, _ = told(client, make.event(start=START, location=location, city=city, geo=[38.9, -77.1]))
    (place,) = said["location"]
    assert (place["name"], place["address"].get("streetAddress")) == (name, street)
    assert place["geo"] == {"@type": "GeoCoordinates", "latitude": 38.9, "longitude": -77.1}


@pytest.mark.parametrize(
    ("cost", "free", "price"),
    [
        ("Free", True, ""),
        ("$0", True, ""),
        ("10 USD", False, "10 USD"),
        ("10 to 1,025.50 USD", False, "10 to 1,025.50 USD"),
        ("Pay what you can", None, ""),
        (None, None, ""),
    ],
)
def test_offers(client, cost, free, price):
    said, read = told(client, make.event(start=START, cost=cost))
    assert (read.is_free, read.price) == (free, price)
    assert ("offers" in said) == (free is not None)


@pytest.mark.parametrize(
    ("hours", "all_day", "end"),
    [
        (24, True, "2036-11-01"),
        (72, True, "2036-11-03"),
        (30, False, "2036-11-02T05:00:00-05:00"),  # the clocks go back in between
        (0, False, None),
    ],
)
def test_ends(client, hours, all_day, end):
    start = dt.datetime(2036, 11, 1) if all_day else dt.datetime(2036, 10, 31, 23)
    said, _ = told(client, make.event("Fair", start, hours, all_day=all_day))
    assert said["startDate"] == ("2036-11-01" if all_day else "2036-10-31T23:00:00-04:00")
    assert said.get("endDate") == end


def test_a_hostile_title_stays_a_title(client):
    event = make.event(
        HOSTILE, START, location=f"{HOSTILE}, Arlington", description=HOSTILE, excerpt=HOSTILE
    )
    html = show(client, event)
    page = Page(html.decode())
    assert [given.get("type") for tag, given in page.tags if tag == "script"] == [
        "application/ld+json",
        None,
    ]
    assert not set("<>&\u2028") & set(page.scripts[0])
    assert b"<!--" not in html
    said = json.loads(page.scripts[0])
    assert (said["name"], said["description"]) == (HOSTILE, HOSTILE)
    assert page.named("property")["og:title"] == HOSTILE
    google = next(link for link in links(page) if "google" in link)
    assert parse_qs(urlsplit(google).query)["text"] == [HOSTILE]


def links(page):
    return [given["href"] for tag, given in page.tags if tag == "a" and "href" in given]


def test_previews_have_absolute_addresses_of_the_configured_site(client, settings):
    settings.SITE_URL = "https://events.example.org"
    event = make.event(start=START, excerpt="Talks and pizza.")
    page = Page(show(client, event).decode())
    address = f"https://events.example.org/events/{event.event_id}"
    graph, twitter = page.named("property"), page.named("name")
    assert graph["og:url"] == f"{address}/python-night/"
    assert graph["og:image"].startswith(f"{address}/card.png?v=")
    assert twitter["twitter:image"] == graph["og:image"]
    assert twitter["twitter:card"] == "summary_large_image"
    assert graph["og:description"] == (
        "Wednesday, September 3, 2036, 6:30 p.m. · Town Hall, Arlington, VA · Talks and pizza."
    )
    canonical = [given for tag, given in page.tags if given.get("rel") == "canonical"]
    assert canonical == [{"rel": "canonical", "href": f"{address}/python-night/"}]


def test_the_page_is_an_h_event(client):
    event = make.event(start=START, description="Talks.")
    page = Page(show(client, event).decode())
    assert len(page.by_class("h-event")) == 1
    ((_, start),) = page.by_class("dt-start")
    ((_, end),) = page.by_class("dt-end")
    assert (start["datetime"], end["datetime"]) == (
        "2036-09-03T18:30:00-04:00",
        "2036-09-03T20:30:00-04:00",
    )
    ((_, url),) = page.by_class("u-url")
    assert url["value"] == f"{settings.SITE_URL}/events/{event.event_id}/python-night/"
    assert [len(page.by_class(name)) for name in ("p-name", "p-location", "e-content")] == [1, 1, 1]


def calendars(client, event):
    found = links(Page(show(client, event).decode()))
    queries = [
        parse_qs(urlsplit(link).query) for link in found if "calendar.google" in link or "outlook" in link
    ]  # fmt: skip
    return found, queries


def test_calendar_links_carry_utc(client):
    event = make.event("R&D + C# 100%", START, location="A & B, Arlington", excerpt="x=1&y=2")
    found, (google, outlook) = calendars(client, event)
    assert f"/events/{event.event_id}.ics" in found
    assert google["dates"] == ["20360903T223000Z/20360904T003000Z"]
    assert (outlook["startdt"], outlook["enddt"]) == (
        ["2036-09-03T22:30:00Z"],
        ["2036-09-04T00:30:00Z"],
    )
    assert google["text"] == outlook["subject"] == ["R&D + C# 100%"]
    assert google["location"] == outlook["location"] == ["A & B, Arlington"]
    page = f"{settings.SITE_URL}/events/{event.event_id}/{event.slug}/"
    assert google["details"] == outlook["body"] == [f"x=1&y=2\n\n{page}"]
    assert not any("+" in link for link in found)  # Outlook shows a plus as it is


def test_calendar_links_of_whole_days_end_on_the_day_after(client):
    event = make.event("Fair", dt.datetime(2036, 9, 4), 48, all_day=True)
    _, (google, outlook) = calendars(client, event)
    assert google["dates"] == ["20360904/20360906"]
    assert (outlook["startdt"], outlook["enddt"]) == (["2036-09-04"], ["2036-09-06"])
    assert outlook["allday"] == ["true"]


def test_nobody_is_asked_to_put_a_cancelled_event_into_a_calendar(client):
    found, queries = calendars(client, make.event(start=START, event_status="CANCELLED"))
    assert not queries
    assert not [link for link in found if link.endswith(".ics")]
