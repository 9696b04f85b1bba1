"""RRULE, RDATE, EXDATE, RECURRENCE-ID and repeated UIDs."""

import datetime as dt

import pytest
from dateutil import rrule
from hypothesis import given, reject, settings
from hypothesis import strategies as some

from collector.ical import Window
from collector.ical.expansion import Budget
from collector.ical.expansion import starts as rule_starts
from collector.ical.rules import read_rule
from collector.ical.values import BadValueError
from tests.feeds import kinds, read, shown, starts, times


def identities(reading):
    return [(shown(o.start), o.recurrence_id, o.summary) for o in reading.occurrences]


def test_a_series_keeps_its_wall_clock_across_a_clock_change():
    reading = read("weekly_across_clock_change")
    assert [(shown(o.start), shown(o.end), o.recurrence_id) for o in reading.occurrences] == [
        ("2026-10-20 18:00-04:00", "2026-10-20 20:00-04:00", "20261020T220000Z"),
        ("2026-10-27 18:00-04:00", "2026-10-27 20:00-04:00", "20261027T220000Z"),
        ("2026-11-03 18:00-05:00", "2026-11-03 20:00-05:00", "20261103T230000Z"),
    ]
    assert reading.problems == ()


def test_exdate_takes_away_and_rdate_adds():
    assert starts(read("weekly_with_exdate_and_rdate")) == [
        "2026-09-01 18:00-04:00",
        "2026-09-03 12:00-04:00",
        "2026-09-15 18:00-04:00",
    ]


@pytest.mark.parametrize("name", ["exdate_in_utc", "exdate_as_date"])
def test_exdate_is_compared_by_instant_or_by_day(name):
    assert starts(read(name)) == ["2026-09-01 18:00-04:00"]


def test_rdate_periods_have_their_own_length():
    assert times(read("rdate_periods")) == [
        ("2026-09-01 18:00-04:00", "2026-09-01 20:00-04:00", "Meeting"),
        ("2026-09-03 22:00+00:00", "2026-09-04 03:00+00:00", "Meeting"),
        ("2026-09-05 22:00+00:00", "2026-09-05 23:00+00:00", "Meeting"),
    ]


def test_two_rules_are_one_set():
    assert starts(read("two_rrules")) == [
        "2026-09-01 18:00-04:00",
        "2026-09-08 18:00-04:00",
        "2026-10-01 18:00-04:00",
    ]


def test_a_moved_occurrence_keeps_its_recurrence_id():
    assert identities(read("moved_single_occurrence")) == [
        ("2026-09-01 18:00-04:00", "20260901T220000Z", "Meeting"),
        ("2026-09-09 19:00-04:00", "20260908T220000Z", "Moved"),
        ("2026-09-15 18:00-04:00", "20260915T220000Z", "Meeting"),
    ]


def test_a_cancelled_occurrence_stays_and_says_so():
    reading = read("cancelled_single_occurrence")
    assert [(shown(o.start), o.status) for o in reading.occurrences] == [
        ("2026-09-01 18:00-04:00", ""),
        ("2026-09-08 18:00-04:00", "CANCELLED"),
    ]


def test_of_two_overrides_the_higher_sequence_counts():
    assert identities(read("occurrence_replaced_twice")) == [
        ("2026-09-01 18:00-04:00", "20260901T220000Z", "Meeting"),
        ("2026-09-08 20:00-04:00", "20260908T220000Z", "Last word"),
    ]


def test_this_and_future_moves_what_follows():
    assert times(read("this_and_future")) == [
        ("2026-09-01 18:00-04:00", "2026-09-01 20:00-04:00", "Meeting"),
        ("2026-09-08 18:00-04:00", "2026-09-08 20:00-04:00", "Meeting"),
        ("2026-09-15 20:00-04:00", "2026-09-15 21:00-04:00", "Later from now on"),
        ("2026-09-22 20:00-04:00", "2026-09-22 21:00-04:00", "Later from now on"),
    ]


def test_an_override_is_found_by_its_own_time():
    november = Window(dt.date(2026, 11, 1), dt.date(2026, 12, 1))
    september = Window(dt.date(2026, 9, 8), dt.date(2026, 9, 9))
    assert identities(read("moved_into_window", november)) == [
        ("2026-11-09 19:00-05:00", "20260908T220000Z", "Moved far")
    ]
    assert identities(read("moved_into_window", september)) == []


def test_a_lone_override_is_an_event_of_its_own():
    assert identities(read("override_without_series")) == [("2026-09-09 19:00-04:00", "", "Orphan")]


def test_an_all_day_occurrence_may_be_named_by_a_time():
    assert identities(read("all_day_series_moved_by_datetime")) == [
        ("2026-09-01", "20260901", "Meeting"),
        ("2026-09-09", "20260908", "Moved"),
    ]


def test_a_start_that_the_rule_does_not_produce_is_no_occurrence():
    assert starts(read("dtstart_not_in_rule")) == [
        "2026-09-07 18:00-04:00",
        "2026-10-05 18:00-04:00",
    ]


def test_a_series_that_ended_before_it_began_has_no_occurrence():
    assert starts(read("until_before_start")) == []


def test_until_as_a_date_is_its_midnight():
    assert starts(read("until_as_date")) == ["2026-09-01 18:00-04:00", "2026-09-08 18:00-04:00"]


def test_until_in_utc_includes_its_own_instant():
    assert starts(read("until_in_utc")) == ["2026-09-01 18:00-04:00", "2026-09-08 18:00-04:00"]


def test_until_may_be_the_end_of_time():
    assert starts(read("until_end_of_time")) == ["2026-09-01 18:00-04:00"]


def test_a_week_number_takes_its_day_from_the_start():
    year = Window(dt.date(2026, 1, 1), dt.date(2028, 1, 1))
    assert starts(read("week_number_without_day", year)) == [
        "2026-09-02 18:00-04:00",
        "2027-09-08 18:00-04:00",
    ]


def test_an_old_birthday_is_still_one():
    assert identities(read("birthday_of_1901")) == [("2026-09-14", "20260914", "Meeting")]


def test_events_with_one_uid_and_sequence_all_count():
    reading = read("same_uid_same_sequence")
    assert identities(reading) == [
        ("2026-09-10 22:00+00:00", "20260910T220000Z", "First"),
        ("2026-09-11 22:00+00:00", "20260911T220000Z", "Second"),
    ]
    assert kinds(reading) == ["same-uid"]


def test_the_higher_sequence_of_one_uid_counts():
    assert identities(read("same_uid_higher_sequence")) == [("2026-09-11 22:00+00:00", "", "New")]


RULES = some.builds(
    lambda freq, interval, ends, parts: ";".join(
        [f"FREQ={freq}", f"INTERVAL={interval}", *ends, *parts]
    ),
    some.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]),
    some.integers(1, 5),
    some.sampled_from([[], ["COUNT=7"], ["COUNT=400"], ["UNTIL=20260920T000000"]]),
    some.sampled_from(
        [
            [],
            ["BYDAY=MO,TH"],
            ["BYMONTHDAY=1,15"],
            ["BYMONTH=3,9,10"],
            ["BYMONTHDAY=31,-1"],
            ["BYHOUR=9,18", "BYMINUTE=15,30"],
            ["BYDAY=MO,TU,WE,TH,FR", "BYMONTH=9"],
            ["BYDAY=SU", "WKST=SU"],
        ]
    ),
)


@settings(deadline=None)
@given(RULES, some.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2026, 12, 1)))
def test_entering_a_rule_late_gives_what_running_it_from_its_start_gives(text, start):
    start = start.replace(microsecond=0)
    low, high = dt.datetime(2026, 9, 1), dt.datetime(2026, 12, 1)
    try:
        ours = list(rule_starts(read_rule(text, start), start, low, high, Budget()))
    except BadValueError:
        reject()  # every fourth month from April, in March: dateutil would look up to 9999
    whole = rrule.rrulestr(text, dtstart=start)
    assert ours == [wall for wall in whole.xafter(low, inc=True, count=500) if wall < high]
