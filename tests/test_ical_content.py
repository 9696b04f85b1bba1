"""What an event says: every field of an occurrence."""

import datetime as dt

from collector.ical import Occurrence, read_calendar
from tests.feeds import AUTUMN, NEW_YORK, read


def only(name):
    [occurrence] = read(name).occurrences
    return occurrence


def test_every_field_of_an_occurrence():
    reading = read("simple")
    assert reading.name == "Test calendar"
    assert reading.occurrences == (
        Occurrence(
            uid="one",
            recurrence_id="",
            sequence=3,
            start=dt.datetime(2026, 9, 10, 18, tzinfo=NEW_YORK),
            end=dt.datetime(2026, 9, 10, 20, tzinfo=NEW_YORK),
            all_day=False,
            timezone="America/New_York",
            summary="Zoë\u2019s talk",
            description="Line one\nline two; and \\ more",
            description_html="",
            location="Café, 1 Main St",
            url="https://example.org/one",
            source_url="https://example.org/one",
            status="CONFIRMED",
            categories=("Talks", "Data, big"),
            organizer="Club; of: Zoë",
            geo=(38.9, -77.03),
            last_modified=dt.datetime(2026, 8, 2, 3, 4, 5, tzinfo=dt.UTC),
        ),
    )


def test_html_is_sanitised_to_show_and_readable_as_text():
    occurrence = only("html_description")
    assert occurrence.description == (
        "Come & learn\n\n- One\n- Register (https://example.org/x)\n\nno"
    )
    assert occurrence.description_html == (
        "<p>Come &amp; <b>learn</b></p><ul><li>One</li><li>"
        '<a href="https://example.org/x" rel="nofollow noopener">Register</a></li></ul>'
        '<a rel="nofollow noopener">no</a>'
    )
    assert occurrence.url == "https://example.org/x"


def test_a_location_that_is_only_an_address_is_the_link():
    occurrence = only("url_in_location")
    assert (occurrence.location, occurrence.url, occurrence.source_url) == (
        "",
        "https://lu.ma/event/evt-1",
        "",
    )


def test_the_first_address_in_the_description_is_the_last_resort():
    occurrence = only("url_in_description")
    assert (occurrence.location, occurrence.url) == ("Library", "https://example.org/r_(1)")


def test_an_address_of_another_scheme_is_no_link():
    occurrence = only("url_of_another_scheme")
    assert (occurrence.url, occurrence.source_url) == ("", "javascript:alert(1)")


def test_status_is_one_of_three_and_an_organizer_never_an_address():
    reading = read("status_and_organizer")
    assert [(o.status, o.organizer, o.geo) for o in reading.occurrences] == [
        ("CANCELLED", "", None),
        ("", "", None),
    ]


def test_html_that_is_nested_too_deeply_is_text_alone():
    deep = "<div>" * 3000 + "Deep" + "</div>" * 3000
    event = f"BEGIN:VEVENT\nUID:deep\nDTSTART:20260910T220000Z\nDESCRIPTION:{deep}\nEND:VEVENT\n"
    body = f"BEGIN:VCALENDAR\n{event}END:VCALENDAR\n".encode()
    [occurrence] = read_calendar(body, AUTUMN, zone=NEW_YORK).occurrences
    assert (occurrence.description, occurrence.description_html) == ("Deep", "")
