"""A fault costs the event it is in, is reported, and the next event is read."""

import pytest

from collector.ical import NotACalendar, Problem, read_calendar
from tests.feeds import AUTUMN, NEW_YORK, body, kinds, read, times

GOOD = ("2026-09-10 22:00+00:00", "2026-09-10 22:00+00:00", "Good")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("no_dtstart", "bad-event"),
        ("bad_dtstart", "bad-event"),
        ("every_second", "too-many"),
        ("thirtieth_of_february", "bad-event"),
        ("hours_that_never_come", "bad-event"),
        ("never_in_step", "bad-event"),
    ],
)
def test_an_event_without_a_time_is_left_out(name, kind):
    reading = read(name)
    assert times(reading) == [GOOD]
    assert kinds(reading) == [kind]


def test_a_problem_names_the_event_and_its_line():
    [problem] = read("bad_dtstart").problems
    assert problem == Problem(
        "bad-event",
        "The event is left out: 'next Tuesday' is not a date or time.",
        "bad",
        4,
    )


def test_an_end_at_24_hours_is_midnight():
    reading = read("end_at_24_hours")
    assert times(reading) == [("2026-09-10 18:00-04:00", "2026-09-11 00:00-04:00", "Late")]
    assert reading.problems == ()


def test_an_end_before_the_start_is_left_out():
    reading = read("end_before_start")
    assert times(reading) == [
        ("2026-09-10 18:00-04:00", "2026-09-10 18:00-04:00", "Backwards"),
        GOOD,
    ]
    assert kinds(reading) == ["bad-end"]


def test_the_first_of_two_starts_counts():
    reading = read("doubled_dtstart")
    assert times(reading) == [
        GOOD,
        ("2026-09-11 22:00+00:00", "2026-09-11 22:00+00:00", "Twice"),
    ]
    assert kinds(reading) == ["doubled"]


def test_an_event_with_a_bad_rule_takes_place_once():
    reading = read("bad_rrule")
    assert times(reading) == [("2026-09-01 18:00-04:00", "2026-09-01 20:00-04:00", "Meeting"), GOOD]
    assert kinds(reading) == ["bad-rule"]


def test_a_bad_exdate_does_not_take_the_good_one_along():
    reading = read("bad_exdate_and_rdate")
    assert times(reading) == [("2026-09-01 18:00-04:00", "2026-09-01 20:00-04:00", "Meeting")]
    assert kinds(reading) == ["bad-rdate", "bad-exdate"]


def test_an_event_without_uid_gets_one_from_its_content():
    reading, again = read("no_uid"), read("no_uid")
    uids = {o.summary: o.uid for o in reading.occurrences}
    assert sorted(uids) == ["Anonymous", "Other"]
    assert len(set(uids.values())) == 2
    assert [o.uid for o in again.occurrences] == [o.uid for o in reading.occurrences]
    assert kinds(reading) == ["no-uid", "no-uid"]


def test_names_are_read_in_any_case():
    assert [(o.uid, o.summary) for o in read("lower_case_names").occurrences] == [("low", "Low")]


def test_a_description_with_raw_line_ends_stays_whole_as_far_as_it_can_be_told():
    [occurrence] = read("raw_line_ends_in_description").occurrences
    assert occurrence.description == "First paragraph\nsecond paragraph"


def test_an_alarm_inside_an_event_says_nothing_about_it():
    [occurrence] = read("alarm_with_its_own_dtstart").occurrences
    assert (occurrence.start.isoformat(), occurrence.location, occurrence.description) == (
        "2026-09-10T22:00:00+00:00",
        "Here",
        "",
    )


def test_a_forgotten_end_costs_its_own_event():
    reading = read("forgotten_end")
    assert [o.uid for o in reading.occurrences] == ["good", "last"]
    assert [(p.kind, p.uid, p.line) for p in reading.problems] == [("unclosed", "cut", 2)]
    assert reading.complete


def test_a_truncated_calendar_gives_what_is_whole_and_is_not_complete():
    reading = read("truncated")
    assert times(reading) == [GOOD]
    assert kinds(reading) == ["unclosed", "truncated"]
    assert not reading.complete


def test_a_calendar_that_breaks_off_before_its_first_event_is_refused():
    with pytest.raises(NotACalendar) as refused:
        read("truncated_before_any_event")
    assert refused.value.kind == "truncated-before-any-event"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"<!DOCTYPE html><title>404</title><pre>BEGIN:VCALENDAR</pre>", "html"),
        (b"<?xml version='1.0'?><feed/>", "xml"),
        (b'{"error": "not found"}', "json"),
        (b"\x1f\x8b\x08\x00\x00\x00", "compressed"),
        (b"BEGIN:VEVENT\nUID:1\nEND:VEVENT\n", "no-vcalendar"),
        (b"Not found", "not-a-calendar"),
        (b"\xff\xfe", "empty"),
    ],
)
def test_what_is_no_calendar_is_named(content, kind):
    with pytest.raises(NotACalendar) as refused:
        read_calendar(content, AUTUMN, zone=NEW_YORK)
    assert refused.value.kind == kind


def test_an_empty_calendar_is_a_calendar():
    reading = read_calendar(b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", AUTUMN, zone=NEW_YORK)
    assert (reading.occurrences, reading.problems, reading.complete) == ((), (), True)


def test_problems_are_bounded():
    events = b"BEGIN:VEVENT\nUID:%d\nEND:VEVENT\n"
    many = b"".join(events % number for number in range(1000))
    reading = read_calendar(b"BEGIN:VCALENDAR\n" + many + b"END:VCALENDAR\n", AUTUMN, zone=NEW_YORK)
    assert len(reading.problems) == 201
    assert reading.problems[-1].kind == "more"


@pytest.mark.parametrize(
    "lines",
    [
        b"DURATION:P" + b"9" * 5000 + b"D",
        b"SEQUENCE:" + b"9" * 5000,
        b"DTEND:99991231T235959",
        b"RRULE:FREQ=DAILY;COUNT=" + b"9" * 5000,
        b"RDATE:20260911",
        b"RECURRENCE-ID:00010101T000000",
        b"GEO:1e999;nan",
    ],
)
def test_a_number_beyond_all_bounds_costs_at_most_its_property(lines):
    event = (
        b"BEGIN:VEVENT\nUID:e\nSUMMARY:Good\nDTSTART:20260910T220000Z\n" + lines + b"\nEND:VEVENT\n"
    )
    content = b"BEGIN:VCALENDAR\n" + event + b"END:VCALENDAR\n"
    first = read_calendar(content, AUTUMN, zone=NEW_YORK).occurrences[0]
    assert (first.summary, first.start.isoformat()) == ("Good", "2026-09-10T22:00:00+00:00")


def test_rules_are_bounded_together():
    """Each of these hourly series alone would do; together they may give 50,000 times."""
    event = b"BEGIN:VEVENT\nUID:%d\nDTSTART:20260902T000000Z\nRRULE:FREQ=HOURLY;COUNT=2000\nEND:VEVENT\n"
    many = b"".join(event % number for number in range(40))
    reading = read_calendar(b"BEGIN:VCALENDAR\n" + many + b"END:VCALENDAR\n", AUTUMN, zone=NEW_YORK)
    assert len(reading.occurrences) == 50_000
    assert not reading.complete


def test_fixtures_are_all_used():
    """A fixture that nothing reads shows nothing."""
    from tests.feeds import FOLDER  # noqa: PLC0415

    tests = "".join(path.read_text() for path in FOLDER.parent.glob("test_ical_*.py"))
    assert [p.stem for p in FOLDER.glob("*.ics") if f'"{p.stem}"' not in tests] == []
    assert body("simple")
