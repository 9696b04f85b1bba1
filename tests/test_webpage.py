"""What is read from the pages of events: made-up pages in the forms that sites publish."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.webpage import EventPage, read_event_page

PAGES = Path(__file__).parent / "pages"
URL = "https://example.org/event"


def page_of(*objects: object) -> bytes:
    script = '<script type="application/ld+json">{}</script>'
    return "".join(script.format(json.dumps(thing)) for thing in objects).encode()


def read(**properties: object) -> EventPage:
    page = read_event_page(page_of({"@type": "Event", "name": "X", **properties}), url=URL)
    assert page is not None
    return page


def test_a_cancelled_event_with_every_field():
    html = (PAGES / "meetup_cancelled.html").read_bytes()
    assert read_event_page(html, url="https://example.org/rust/events/1") == EventPage(
        name="Rust & Coffee",
        status="CANCELLED",
        location_type="in_person",
        location="Example Library, 100 Sample St NW, Washington, DC",
        start="2026-03-05T18:30:00-05:00",
        end="2026-03-05T20:30:00-05:00",
        is_free=True,
        description="Bring a laptop .\nBeginners welcome.",
        image="https://example.org/images/one.jpg",
    )


@pytest.mark.parametrize(
    ("url", "start", "name"),
    [
        ("https://example.org/course", None, "Week one"),
        ("https://example.org/course?ref=feed#top", date(2026, 4, 8), "Week two"),
        ("https://example.org/course", date(2027, 1, 1), "Week one"),
        ("https://example.org/other", date(2026, 4, 1), "Elsewhere"),
        ("https://elsewhere.example/", date(2026, 4, 8), "Week two"),
        ("https://elsewhere.example/", None, "Week one"),
        ("http://[broken", None, "Week one"),
    ],
)
def test_of_several_events_the_url_decides_and_then_the_date(url, start, name):
    html = (PAGES / "graph_with_several_events.html").read_bytes()
    page = read_event_page(html, url=url, start=start)
    assert page is not None
    assert page.name == name
    assert page.status == ("POSTPONED" if name == "Week two" else "")


def test_a_broken_script_costs_that_script_only():
    html = (PAGES / "broken_scripts.html").read_bytes()
    assert read_event_page(html, url=URL) == EventPage(
        name="Trailing, ]commas,}",
        location_type="hybrid",
        location="12 Main St, Arlington, VA 22201",
        start="2026-05-01T10:00",
        description="a raw\nline break and a tab",
    )


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"<html>nothing",
        page_of({"@type": "Organization", "name": "X"}),
        page_of({"@type": "Event"}),
        page_of({"@type": "EventVenue", "name": "X"}, 7, None, "Event", ["Event"]),
        b'<script>{"@type":"Event","name":"X"}</script>',
    ],
)
def test_a_page_without_an_event_is_none(html):
    assert read_event_page(html, url=URL) is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("EventScheduled", ""),
        ("https://schema.org/EventCancelled", "CANCELLED"),
        ("http://schema.org/EventPostponed", "POSTPONED"),
        ("schema:EventRescheduled", "RESCHEDULED"),
        (["https://schema.org/EventRescheduled", "EventCancelled"], "CANCELLED"),
        ("https://schema.org/EventMovedOnline/", "MOVED_ONLINE"),
        ({"@id": "https://schema.org/EventCancelled"}, "CANCELLED"),
        (17, ""),
    ],
)
def test_event_status(status, expected):
    assert read(eventStatus=status).status == expected


PLACE = {"@type": "Place", "name": "Hall"}
VIRTUAL = {"@type": "VirtualLocation", "url": "https://video.example.org/1"}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, ""),
        ({"location": PLACE}, "in_person"),
        ({"location": VIRTUAL}, "virtual"),
        ({"location": "https://video.example.org/1"}, "virtual"),
        ({"location": [PLACE, VIRTUAL]}, "hybrid"),
        ({"location": PLACE, "eventAttendanceMode": "OnlineEventAttendanceMode"}, "virtual"),
        ({"eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode"}, "hybrid"),
        (
            {"eventAttendanceMode": ["OnlineEventAttendanceMode", "OfflineEventAttendanceMode"]},
            "hybrid",
        ),
        (
            {
                "eventStatus": "EventMovedOnline",
                "eventAttendanceMode": "OfflineEventAttendanceMode",
            },
            "virtual",
        ),
    ],
)
def test_location_type(properties, expected):
    assert read(**properties).location_type == expected


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("Hall, 12 Main St", "Hall, 12 Main St"),
        (VIRTUAL, ""),
        ({"@type": "Place", "name": "Hall", "address": "12 Main St"}, "Hall, 12 Main St"),
        ({"@type": "Place", "name": "Hall", "address": "Hall, 12 Main St"}, "Hall, 12 Main St"),
        (
            {
                "name": "Washington Hall",
                "address": {"addressLocality": "Washington", "addressRegion": "DC"},
            },
            "Washington Hall, Washington, DC",
        ),
        (
            {
                "name": "12 Main St",
                "address": {
                    "streetAddress": "12 Main St, Washington, DC 20001",
                    "addressLocality": "Washington",
                    "addressRegion": "DC",
                },
            },
            "12 Main St, Washington, DC 20001",
        ),
        (
            {"@type": "PostalAddress", "streetAddress": "1 Rue X", "addressCountry": "France"},
            "1 Rue X, France",
        ),
        ([VIRTUAL, {"name": "A&amp;B\u200b\u0007 <i>Hall</i>"}], "A&B Hall"),
        ([], ""),
    ],
)
def test_location(location, expected):
    assert read(location=location).location == expected


@pytest.mark.parametrize(
    ("properties", "free", "price"),
    [
        ({}, None, ""),
        ({"isAccessibleForFree": True}, True, ""),
        ({"isAccessibleForFree": "False"}, False, ""),
        ({"offers": {"price": 0}}, True, ""),
        ({"offers": {"price": "$1,250.50"}}, False, "1,250.50"),
        ({"offers": [{"price": "10.00", "priceCurrency": "USD"}]}, False, "10 USD"),
        (
            {"offers": {"lowPrice": "10", "highPrice": 25.5, "priceCurrency": "USD"}},
            False,
            "10 to 25.50 USD",
        ),
        ({"offers": [{"price": "0"}, {"price": "15"}]}, False, "0 to 15"),
        ({"offers": {"price": "ask us"}}, None, ""),
        ({"offers": {"price": "NaN"}}, None, ""),
        ({"offers": {"price": "-1"}}, None, ""),
        ({"offers": {"price": "1e999999999"}}, None, ""),
    ],
)
def test_price(properties, free, price):
    page = read(**properties)
    assert (page.is_free, page.price) == (free, price)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ({"@type": "ImageObject", "url": "https://example.org/a.png"}, "https://example.org/a.png"),
        ("javascript:alert(1)", ""),
        (["http://[broken", "//cdn.example.org/b.png"], "https://cdn.example.org/b.png"),
    ],
)
def test_image_is_an_absolute_web_address(image, expected):
    assert read(image=image).image == expected


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"),
        ("\ufeff", "utf-8"),
        ('<meta charset="utf-8">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">', "cp1252"),
        ("<meta charset=iso-8859-12>", "cp1252"),
        ("<meta charset='windows-1250'>", "windows-1250"),
        ("", "utf-16"),
    ],
)
def test_the_encoding_is_what_the_bytes_are(head, encoding):
    script = '<script type="application/ld+json">{"@type":"Event","name":"Café “Ö”"}</script>'
    page = read_event_page((head + script).encode(encoding), url=URL)
    assert page is not None
    assert page.name == "Café “Ö”"


def test_a_page_may_be_cut_in_the_middle_of_a_character():
    html = page_of({"@type": "Event", "name": "X", "description": "é"}) + "é".encode()[:1]
    assert read_event_page(html, url=URL) == EventPage(name="X", description="é")


@pytest.mark.parametrize(
    "html",
    [
        b'<script type="application/ld+json">' + b"[" * 500_000,
        b'<script type="application/ld+json">' + b'{"a":' * 200_000 + b"</script>",
        b'<script type="application/ld+json">"' + b'\\"' * 500_000,
        b'<script type="application/ld+json">' + b"//\n \n" * 200_000,
        b'<script type="application/ld+json">' * 50_000,
        b"<!--" * 500_000,
        b"<script" * 500_000,
    ],
)
def test_a_hostile_page_ends(html):
    assert read_event_page(html, url=URL) is None


def test_deep_nesting_within_what_json_reads_is_read():
    nested: object = {"@type": "Event", "name": "Deep"}
    for _ in range(400):
        nested = [{"a": nested}]
    page = read_event_page(page_of(nested), url=URL)
    assert page == EventPage(name="Deep")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PROPERTIES = st.sampled_from(
    ["@type", "url", "startDate", "location", "address", "offers", "price", "image", "eventStatus"]
)


@settings(deadline=None)
@given(st.binary(), st.text())
def test_any_bytes_give_a_page_or_none(html, url):
    assert read_event_page(html, url=url) is None
    assert read_event_page(b'<script type="application/ld+json">' + html, url=url) is None


@settings(deadline=None)
@given(st.dictionaries(PROPERTIES, JSON | st.dictionaries(PROPERTIES, JSON)), st.text())
def test_any_values_give_an_event_page(properties, url):
    event = {**properties, "@type": "Event", "name": "X"}
    page = read_event_page(page_of(event), url=url)
    assert page is not None
    assert page.name == "X"
