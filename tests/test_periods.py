"""Days, weeks and months: their addresses, bounds and neighbours."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.periods import Day, Month, NoSuchPeriod, Week

KINDS = (Day, Week, Month)
INSIDE = st.dates(dt.date(1970, 1, 1), dt.date(2200, 12, 28))


def addresses(*periods):
    return [period and period.get_absolute_url() for period in periods]


@pytest.mark.parametrize(
    ("text", "first", "before", "after"),
    [
        ("2026-W53", dt.date(2026, 12, 28), "/week/2026-W52/", "/week/2027-W01/"),
        ("2027-W01", dt.date(2027, 1, 4), "/week/2026-W53/", "/week/2027-W02/"),
        ("2025-W01", dt.date(2024, 12, 30), "/week/2024-W52/", "/week/2025-W02/"),
    ],
)
def test_weeks_around_a_year_end(text, first, before, after):
    week = Week.read(text)
    assert week.first == first
    assert week.first.weekday() == 0
    assert addresses(week, week.previous, week.next) == [f"/week/{text}/", before, after]


@pytest.mark.parametrize(
    "text",
    ["2026-W54", "2025-W53", "2026-W00", "0000-W01", "1969-W52", "2201-W01", "2026-w36", "2026-W5"],
)
def test_no_such_week(text):
    with pytest.raises(NoSuchPeriod):
        Week.read(text)


@pytest.mark.parametrize(
    ("year", "month"), [("2026", "13"), ("2026", "0"), ("0000", "1"), ("1969", "12"), ("2201", "1")]
)
def test_no_such_month(year, month):
    with pytest.raises(NoSuchPeriod):
        Month.read(year, month)


@pytest.mark.parametrize(
    "text", ["2026-02-29", "2026-2-3", "20260203", "0000-01-01", "1969-12-31", "2026-02-03T00"]
)
def test_no_such_day(text):
    with pytest.raises(NoSuchPeriod):
        Day.read(text)


def test_a_leap_day_and_a_year_end():
    assert addresses(Day.read("2028-02-29").next, Day.read("2026-12-31").next) == [
        "/day/2028-03-01/",
        "/day/2027-01-01/",
    ]
    december = Month.read("2026", "12")
    assert addresses(december.previous, december.next) == ["/2026/11/", "/2027/1/"]


def test_at_the_bounds_there_is_no_further():
    assert Day.read("1970-01-01").previous is None
    assert Week.read("1970-W01").previous is None
    assert Month.read("1970", "1").previous is None
    assert Day.read("2200-12-31").next is None
    assert Month.read("2200", "12").next is None


def test_a_month_as_a_grid():
    grid = Month.read("2026", "2").grid
    assert [row[0].isoformat() for row in grid] == [
        "2026-01-26",
        "2026-02-02",
        "2026-02-09",
        "2026-02-16",
        "2026-02-23",
    ]
    assert {len(row) for row in grid} == {7}


@given(INSIDE)
def test_a_period_has_its_date_and_touches_its_neighbours(date):
    for kind in KINDS:
        period = kind.around(date)
        assert date in period
        if period.next:
            assert period.next.first == period.end
            assert period.next.previous == period
        if period.previous:
            assert period.previous.end == period.first


@given(INSIDE)
def test_an_address_is_read_back(date):
    day, week, month = (kind.around(date) for kind in KINDS)
    assert Day.read(day.get_absolute_url().split("/")[2]) == day
    assert Week.read(week.get_absolute_url().split("/")[2]) == week
    assert Month.read(*month.get_absolute_url().split("/")[1:3]) == month
