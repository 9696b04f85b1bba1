"""Running recurrence rules: dateutil does the calendar, we bound its work.

Everything here is wall time: naive datetimes, in whatever zone the event has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Self

from dateutil import rrule

from collector.ical.rules import FREQUENCIES, WEEKDAYS, Rule
from collector.ical.values import BadValueError

# dateutil makes about half a million steps a second: a rule may cost some tenths of a second, the
# rules of a calendar some seconds. An hourly event gives 4,320 times in 180 days.
STEPS_PER_RULE = 150_000
STEPS_PER_CALENDAR = 1_500_000
STEPS_AT_ONCE = 1_000
TIMES_PER_RULE = 5_000
TIMES_PER_CALENDAR = 50_000
COST_OF_PERIOD = {"YEARLY": 15, "MONTHLY": 3}

SHORTEST_MONTH = 28
WEEKS_IN_A_MONTH = 4


class TooDenseError(BadValueError):
    """A rule that would give more times, or take more steps, than any calendar of events needs."""


@dataclass(slots=True)
class Budget:
    """The steps that the rules of one calendar may still take, and the times they may give."""

    steps: int = STEPS_PER_CALENDAR
    times: int = TIMES_PER_CALENDAR

    def spend(self, steps: int) -> None:
        """Take steps off. Raises TooDenseError when the rule or the calendar asks for too many."""
        if steps > STEPS_PER_RULE:
            raise TooDenseError("it repeats too often, for too long")
        if steps > self.steps:
            raise TooDenseError("the calendar's rules together repeat too often")
        self.steps -= steps

    def give(self, times: int) -> None:
        """Take off one of the times, `times` of which this rule has given. Raises TooDenseError."""
        if times > TIMES_PER_RULE or not self.times:
            raise TooDenseError("it takes place too often")
        self.times -= 1


def starts(
    rule: Rule, start: datetime, low: datetime, high: datetime, budget: Budget
) -> Iterator[datetime]:
    """Yield the rule's wall times from `low` until before `high`, in order.

    A rule without COUNT is entered shortly before `low` instead of at `start`: a birthday of 1901
    costs what one of last year costs. Raises TooDenseError, and BadValueError for a rule that
    dateutil finds to be empty.
    """
    high = min(high, rule.until + timedelta(microseconds=1)) if rule.until else high
    if high <= start:
        return
    parts = with_defaults(rule, start)
    first = start if rule.count else later_start(rule, start, low)
    budget.spend(steps(rule, first, high))
    given = 0
    for number, wall in enumerate(islice(series(rule, parts, first, high, budget), rule.count)):
        if number == STEPS_PER_RULE:
            raise TooDenseError("it repeats too often, for too long")
        if number % STEPS_AT_ONCE == STEPS_AT_ONCE - 1:
            budget.spend(STEPS_AT_ONCE)
        if wall >= high:
            return
        if wall >= low and wall >= start:
            given += 1
            budget.give(given)
            yield wall


def series(
    rule: Rule, parts: dict[str, list[Any]], first: datetime, high: datetime, budget: Budget
) -> Iterator[datetime]:
    """Return dateutil's iterator of a rule.

    dateutil looks at `until` when it has found a time: a rule like the 30th of February would be
    looked for up to the year 9999. So where a rule may fail to match, each day that it looks at is
    counted.
    """
    options = {name.lower().replace("byday", "byweekday"): values for name, values in parts.items()}
    sure = surely_matches(rule, parts)
    if not sure:
        options.setdefault("bymonth", list(range(1, 13)))
    try:
        found = rrule.rrule(
            getattr(rrule, rule.frequency),
            dtstart=first,
            interval=rule.interval,
            wkst=WEEKDAYS[rule.week_start],
            until=high,
            **options,
        )
    except ValueError as error:
        raise BadValueError(f"it never takes place ({error})") from None
    if not sure:
        months = found._bymonth  # noqa: SLF001 - dateutil has no other hook
        found._bymonth = _CountedMonths(months, budget)  # noqa: SLF001 - the same
    return iter(found)


def surely_matches(rule: Rule, parts: dict[str, list[Any]]) -> bool:
    """Tell whether a rule matches often, whatever its start.

    "Every four months, in March" never does when it starts in April.
    """
    if rule.interval > 1 and rule.parts:
        return False
    if (
        parts.keys() & {"BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
        or {"BYDAY", "BYMONTHDAY"} <= parts.keys()
    ):
        return False
    days = all(abs(day) <= SHORTEST_MONTH for day in parts.get("BYMONTHDAY", ()))
    return days and all(abs(day.n or 0) <= WEEKS_IN_A_MONTH for day in parts.get("BYDAY", ()))


class _CountedMonths(tuple[int, ...]):  # noqa: SLOT001 - a tuple takes no slots of its own
    """The months of a rule; dateutil asks for each day whether its month is in them."""

    def __new__(cls, months: tuple[int, ...], budget: Budget) -> Self:
        counted = super().__new__(cls, months)
        counted.budget, counted.asked = budget, 0
        return counted

    budget: Budget
    asked: int

    def __contains__(self, month: object) -> bool:
        self.asked += 1
        if self.asked > STEPS_PER_RULE:
            raise BadValueError("it never takes place")
        if not self.asked % STEPS_AT_ONCE:
            self.budget.spend(STEPS_AT_ONCE)
        return super().__contains__(month)


def with_defaults(rule: Rule, start: datetime) -> dict[str, list[Any]]:
    """Write out what a rule takes from its DTSTART, so that it can be entered at another."""
    parts = dict(rule.parts)
    if not parts.keys() & {"BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY"}:
        if rule.frequency == "YEARLY":
            parts.setdefault("BYMONTH", [start.month])
        if rule.frequency in ("YEARLY", "MONTHLY"):
            parts["BYMONTHDAY"] = [start.day]
        if rule.frequency == "WEEKLY":
            parts["BYDAY"] = [rrule.weekday(start.weekday())]
    if "BYWEEKNO" in parts and not parts.keys() & {"BYYEARDAY", "BYMONTHDAY", "BYDAY"}:
        parts["BYDAY"] = [rrule.weekday(start.weekday())]
    for name, frequencies, value in (
        ("BYHOUR", ("HOURLY", "MINUTELY", "SECONDLY"), start.hour),
        ("BYMINUTE", ("MINUTELY", "SECONDLY"), start.minute),
        ("BYSECOND", ("SECONDLY",), start.second),
    ):
        if rule.frequency not in frequencies:
            parts.setdefault(name, [value])
    return parts


def later_start(rule: Rule, start: datetime, low: datetime) -> datetime:
    """Return a start in step with the rule, at least one interval before `low`."""
    if rule.frequency == "YEARLY":
        years = (low.year - 1 - start.year) // rule.interval - 1
        return datetime(start.year + years * rule.interval, 1, 1) if years > 0 else start
    if rule.frequency == "MONTHLY":
        behind = (low.year - start.year) * 12 + low.month - start.month
        months = (behind // rule.interval - 2) * rule.interval + start.month - 1
        year, month = start.year + months // 12, months % 12 + 1
        return datetime(year, month, 1) if months >= start.month else start
    period = FREQUENCIES[rule.frequency] * rule.interval
    periods = (low - start) // period - 2
    if periods <= 0:
        return start
    first = start + periods * period
    if rule.frequency == "WEEKLY":
        first -= timedelta(days=(first.weekday() - WEEKDAYS[rule.week_start].weekday) % 7)
    return first


def steps(rule: Rule, first: datetime, high: datetime) -> int:
    """Return at most how many periods dateutil looks at."""
    periods = (high - first) // (FREQUENCIES[rule.frequency] * rule.interval) + 1
    if rule.count and not rule.parts:
        periods = min(periods, rule.count)
    return periods * COST_OF_PERIOD.get(rule.frequency, 1)
