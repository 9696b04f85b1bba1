"""The calendar that apps read, read back by two parsers that know nothing of each other."""

import datetime as dt
import json
import shutil
import subprocess
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.exports import ics
from events.exports.channel import Channel, clean, title
from events.exports.zones import vtimezone
from events.filters import Filter
from tests import make
from tests.conftest import ROOT, missing

NODE = ROOT / "tests/node"
ZONE = ZoneInfo("America/New_York")
FLAGS = "\N{REGIONAL INDICATOR SYMBOL LETTER U}\N{REGIONAL INDICATOR SYMBOL LETTER S}" * 30


def written(*events):
    return ics.calendar(Channel(Filter(), events, make.NOW.date()))


def moment(value):
    """Times in UTC, dates as they are: what both readers can say."""
    if value is None:
        return None
    if not isinstance(value, dt.datetime):
        return value.isoformat()
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def by_icalendar(content):
    return [
        {
            "uid": str(found["UID"]),
            "start": moment(found["DTSTART"].dt),
            "end": moment(found["DTEND"].dt) if "DTEND" in found else None,
            "summary": str(found["SUMMARY"]),
            "description": str(found["DESCRIPTION"]),
            "status": str(found["STATUS"]),
        }
        for found in icalendar.Calendar.from_ical(content).walk("VEVENT")
    ]


def by_ical_js(content):
    if not shutil.which("node") or not (NODE / "node_modules/ical.js").is_dir():
        missing("ical.js (npm)")
    command = ["node", str(NODE / "read_ics.mjs")]
    return json.loads(
        subprocess.run(command, input=content, capture_output=True, check=True).stdout
    )


READERS = pytest.mark.parametrize("read", [by_icalendar, by_ical_js])

EVENTS = {
    "summer": make.event("Summer", dt.datetime(2026, 7, 1, 18)),
    "winter": make.event("Winter", dt.datetime(2026, 12, 1, 18)),
    "in the hour that comes twice": make.event("Owls", dt.datetime(2026, 11, 1, 1, 30)),
    "in the hour that never comes": make.event("Bats", dt.datetime(2027, 3, 14, 2, 30)),
    "into the hour that comes twice": make.event("Late", dt.datetime(2026, 10, 31, 23)),
    "over the clocks going back": make.event("Night", dt.datetime(2026, 10, 31, 22), 12),
    "after the clocks went back": make.event("Morning", dt.datetime(2026, 11, 1, 9)),
    "over the clocks going on": make.event("Spring", dt.datetime(2027, 3, 13, 22), 12),
    "after the clocks went on": make.event("Brunch", dt.datetime(2027, 3, 14, 10)),
    "one day": make.event("Day", dt.datetime(2026, 9, 4), 24, all_day=True),
    "three days": make.event("Fair", dt.datetime(2026, 10, 31), 72, all_day=True),
    "several days, timed": make.event("Camp", dt.datetime(2026, 9, 4, 9), 57),
    "without a length": make.event("Start", dt.datetime(2026, 9, 5, 9), 0),
    "all day without a length": make.event("Some day", dt.datetime(2026, 9, 5), 0, all_day=True),
    "midnight": make.event("Midnight", dt.datetime(2026, 9, 5), 24),
    "flags": make.event(f"a{FLAGS}", description=FLAGS),
    "punctuation": make.event('a\\n;b, c:"d" \\, e\nf\r\ng', excerpt="\\;,\\\\n\n\n\u2028\x07x"),
}


@READERS
@pytest.mark.parametrize("kind", EVENTS)
def test_a_reader_sees_the_stored_event(read, kind):
    event = EVENTS[kind]
    start, end = event.start_datetime, event.end_datetime
    if event.all_day:
        start, end = start.date(), end.date()
    else:
        start, end = start.replace(tzinfo=ZONE), end.replace(tzinfo=ZONE)
    [seen] = read(written(event))
    description = seen.pop("description")
    assert seen == {
        "uid": f"{event.event_id}@127.0.0.1",
        "start": moment(start),
        "end": moment(end) if event.end_datetime > event.start_datetime else None,
        "summary": clean(event.title),
        "status": "CONFIRMED",
    }
    assert description.startswith(clean(event.description or event.excerpt))


@READERS
def test_cancelled_and_postponed_events_say_so_twice(read):
    off = make.event("Off", event_status="CANCELLED")
    later = make.event("Later", event_status="POSTPONED")
    seen = [(event["summary"], event["status"]) for event in read(written(off, later))]
    assert seen == [("Cancelled: Off", "CANCELLED"), ("Postponed: Later", "TENTATIVE")]


@READERS
def test_each_session_is_an_event(read):
    sessions = [
        {"start": "2026-09-21T14:00:00"},
        {"start": "2026-09-22T10:00:00", "end": "2026-09-22T12:00:00"},
        {"start": "2026-09-22T14:00:00", "end": "2026-09-22T17:00:00"},
    ]
    start = dt.datetime(2026, 9, 21)
    summit = make.event("Summit", start, 48, all_day=True, sessions=sessions, event_id="s")
    assert [(seen["uid"], seen["start"], seen["end"]) for seen in read(written(summit))] == [
        ("s-20260921@127.0.0.1", "2026-09-21T18:00:00.000Z", None),
        ("s-20260922@127.0.0.1", "2026-09-22T14:00:00.000Z", "2026-09-22T16:00:00.000Z"),
        ("s-20260922-2@127.0.0.1", "2026-09-22T18:00:00.000Z", "2026-09-22T21:00:00.000Z"),
    ]


@pytest.mark.parametrize(
    "zone",
    [
        "America/New_York",
        "Europe/Dublin",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "UTC",
        "Africa/Casablanca",
        "America/Santiago",
        "Africa/Cairo",
    ],
)
@READERS
def test_times_are_right_in_every_zone(read, zone, settings):
    settings.SITE_ZONE, settings.SITE_TIMEZONE = ZoneInfo(zone), zone
    starts = [dt.datetime(2026, 1, 1, 18) + dt.timedelta(days=days) for days in range(0, 730, 13)]
    events = [make.event(start=start) for start in starts]
    seen = [event["start"] for event in read(written(*events))]
    assert seen == [moment(start.replace(tzinfo=ZoneInfo(zone))) for start in starts]


def test_the_rules_of_a_zone():
    lines = vtimezone(ZONE, 2025)
    assert [line for line in lines if line.startswith(("DTSTART", "RRULE", "TZOFFSETTO"))] == [
        "DTSTART:20250309T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "TZOFFSETTO:-0400",
        "DTSTART:20251102T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        "TZOFFSETTO:-0500",
    ]
    assert vtimezone(ZoneInfo("Africa/Casablanca"), 2025) == ()


def test_what_else_an_event_says():
    event = make.event(
        event_id="e",
        url="https://example.org/a?b=1,2",
        sequence=3,
        changed_at=make.NOW + dt.timedelta(hours=1),
        cost="Free, really",
        categories=["ai", "data"],
        geo=[38.9, -77.04],
        group_name='The "Pythons": A, B; C',
        group_website="https://pythons.example.org/",
        also_published_by=[{"group_id": "x", "group_name": "X Group"}],
    )
    content = written(event)
    assert content == written(event)
    lines = content.replace(b"\r\n ", b"").decode().split("\r\n")
    for line in (
        "DTSTAMP:20260901T170000Z",
        "LAST-MODIFIED:20260901T170000Z",
        "CREATED:20260901T160000Z",
        "SEQUENCE:3",
        "URL:http://127.0.0.1:8000/events/e/python-night/",
        "GEO:38.900000;-77.040000",
        "CATEGORIES:ai,data",
        "LOCATION:Town Hall\\, Arlington\\, VA",
        "ORGANIZER;CN=\"The 'Pythons': A, B; C\":https://pythons.example.org/",
        (
            'DESCRIPTION:Cost: Free\\, really\\nBy: The "Pythons": A\\, B\\; C\\n'
            "Also published by: X Group\\nOrganizer's page: https://example.org/a?b=1\\,2"
        ),
        "X-WR-CALNAME:DC Tech Events",
        "X-WR-TIMEZONE:America/New_York",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ):
        assert line in lines


@pytest.mark.parametrize("website", [None, "", "javascript:alert(1)", "mailto:a@example.org"])
def test_no_organizer_without_a_web_address(website):
    assert b"ORGANIZER" not in written(make.event(group_website=website))


def test_the_organizers_address_cannot_begin_another_property():
    content = written(make.event(group_website="https://example.org/\r\nATTENDEE:mailto:x@y.z"))
    assert b"\r\nATTENDEE" not in content.replace(b"\r\n ", b"")


WRITABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(words=WRITABLE, description=WRITABLE, place=WRITABLE)
def test_any_text_comes_back(words, description, place):
    event = make.event(words, description=description, location=place, group_name=words)
    content = written(event)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    for line in content.split(b"\r\n"):
        line.decode()  # no character is divided
    [found] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert str(found["SUMMARY"]) == title(event)
    assert str(found["DESCRIPTION"]).startswith(clean(description).strip())
    assert str(found.get("LOCATION", "")) == clean(place)
