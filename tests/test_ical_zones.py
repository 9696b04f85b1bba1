"""Which zone a time is in, all-day events, and clock changes."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from collector.ical import Window
from tests.feeds import kinds, read, starts, times


def zones(reading):
    return [(o.start.isoformat(" ", "minutes"), o.timezone) for o in reading.occurrences]


def test_floating_times_are_in_the_zone_given():
    reading = read("floating", zone=ZoneInfo("Europe/Berlin"))
    assert zones(reading) == [("2026-09-10 18:00+02:00", "Europe/Berlin")]
    assert reading.timezone == "Europe/Berlin"


def test_floating_times_are_in_the_calendars_own_zone_first():
    reading = read("floating_with_calendar_zone", zone=ZoneInfo("Europe/Berlin"))
    assert zones(reading) == [("2026-09-10 18:00-05:00", "America/Chicago")]
    assert reading.timezone == "America/Chicago"


def test_a_series_in_utc_stays_in_utc_whatever_the_calendars_zone():
    assert zones(read("utc_series_with_calendar_zone")) == [
        ("2026-10-27 22:00+00:00", "UTC"),
        ("2026-11-03 22:00+00:00", "UTC"),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("windows_zone", ("2026-09-10 18:00+02:00", "Europe/Berlin")),
        ("mozilla_zone", ("2026-09-10 18:00+02:00", "Europe/Paris")),
        ("misspelt_zone", ("2026-09-10 18:00-04:00", "America/New_York")),
        ("zone_and_z", ("2026-09-10 22:00+00:00", "UTC")),
        ("zone_by_its_rules", ("2026-09-10 18:00-05:00", "America/Chicago")),
        ("vtimezone_with_two_tzids", ("2026-09-10 18:00-04:00", "America/New_York")),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_rules(name, expected):
    reading = read(name)
    assert zones(reading) == [expected]
    assert reading.problems == ()


def test_a_zone_that_is_like_no_other_is_shown_in_the_calendars_zone():
    """Clocks go back on 1 November: 18:00 is 16:43 UTC before and 17:43 UTC after."""
    assert zones(read("zone_like_no_other")) == [
        ("2026-10-30 12:43-04:00", "America/New_York"),
        ("2026-11-06 12:43-05:00", "America/New_York"),
    ]


def test_an_iana_name_is_trusted_over_the_vtimezone_that_contradicts_it():
    july = Window(dt.date(2026, 7, 1), dt.date(2026, 8, 1))
    reading = read("vtimezone_contradicts_its_name", july)
    assert zones(reading) == [("2026-07-12 18:00-04:00", "America/New_York")]


def test_an_unknown_zone_is_the_calendars_and_is_reported():
    reading = read("unknown_zone")
    assert zones(reading) == [
        ("2026-09-10 18:00-05:00", "America/Chicago"),
        ("2026-09-11 18:00-05:00", "America/Chicago"),
    ]
    assert kinds(reading) == ["unknown-timezone", "unknown-timezone"]


def test_a_skipped_time_takes_the_offset_before_and_a_repeated_one_is_the_first():
    reading = read("clock_gap_and_overlap", Window(dt.date(2026, 3, 1), dt.date(2026, 12, 1)))
    assert [o.start.astimezone(dt.UTC).isoformat() for o in reading.occurrences] == [
        "2026-03-08T07:30:00+00:00",
        "2026-11-01T05:30:00+00:00",
    ]
    assert starts(reading)[0] == "2026-03-08 03:30-04:00"


def test_all_day_events_are_days_with_an_exclusive_end():
    reading = read("all_day")
    assert times(reading) == [
        ("2026-09-10", "2026-09-12", "Day"),
        ("2026-09-13", "2026-09-14", "No end"),
        ("2026-09-14", "2026-09-15", "Empty"),
    ]
    assert {(o.all_day, o.timezone) for o in reading.occurrences} == {(True, "")}


def test_a_day_with_a_timezone_is_still_that_day():
    assert times(read("date_with_timezone", zone=ZoneInfo("Pacific/Auckland"))) == [
        ("2026-09-10", "2026-09-11", "With both"),
        ("2026-09-12", "2026-09-13", "Without VALUE"),
    ]


def test_real_midnight_is_not_all_day():
    [occurrence] = read("midnight_is_not_all_day").occurrences
    assert not occurrence.all_day
    assert occurrence.start.isoformat() == "2026-09-10T00:00:00-04:00"


def test_what_still_runs_when_the_window_opens_is_in_it():
    assert times(read("still_running")) == [("2026-08-01", "2026-09-02", "Exhibition")]


def test_the_window_is_whole_days_of_the_zone_given():
    """18:00 in New York on the 10th is 07:00 in Tokyo on the 11th."""
    tenth = Window(dt.date(2026, 9, 10), dt.date(2026, 9, 11))
    eleventh = Window(dt.date(2026, 9, 11), dt.date(2026, 9, 12))
    tokyo = ZoneInfo("Asia/Tokyo")
    assert starts(read("simple", tenth, tokyo)) == []
    assert starts(read("simple", eleventh, tokyo)) == ["2026-09-10 18:00-04:00"]
