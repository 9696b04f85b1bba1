"""Reading recurrence rules (RFC 5545 section 3.3.10)."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dateutil import rrule

from collector.ical.values import BadValueError, Moment, is_day, moment

FREQUENCIES = {
    "YEARLY": timedelta(days=365),
    "MONTHLY": timedelta(days=28),
    "WEEKLY": timedelta(days=7),
    "DAILY": timedelta(days=1),
    "HOURLY": timedelta(hours=1),
    "MINUTELY": timedelta(minutes=1),
    "SECONDLY": timedelta(seconds=1),
}
NUMBERS = {
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 59),
}
ZERO_ALLOWED = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
OF_TIME = ZERO_ALLOWED
WEEKDAYS = {name: getattr(rrule, name) for name in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")}
WEEKDAY = re.compile(r"([+-]?\d{0,2})(MO|TU|WE|TH|FR|SA|SU)$")
NO_END = 9999


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that is known to end: wherever `until` is None, the caller's window ends it."""

    frequency: str
    interval: int
    count: int | None
    until: datetime | None
    week_start: str
    parts: dict[str, list[Any]] = field(default_factory=dict)


def read_rule(text: str, start: Moment) -> Rule:
    """Read an RRULE for an event that starts then. Raises BadValueError.

    Unknown and empty parts are left out, as every reader in the field does.
    """
    written = {
        name.strip(): value.strip()
        for name, _, value in (part.partition("=") for part in text.upper().split(";"))
        if value.strip()
    }
    frequency = written.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise BadValueError(f"{text[:60]!r} has no frequency that is known")
    parts: dict[str, list[Any]] = {
        name: numbers(name, written[name]) for name in NUMBERS if name in written
    }
    if "BYDAY" in written:
        parts["BYDAY"] = [weekday(day, frequency) for day in written["BYDAY"].split(",") if day]
    if is_day(start):
        parts = {name: values for name, values in parts.items() if name not in OF_TIME}
    return Rule(
        frequency=frequency,
        interval=positive(written.get("INTERVAL", "1")),
        count=positive(written["COUNT"]) if "COUNT" in written else None,
        until=last_start(written["UNTIL"], start) if "UNTIL" in written else None,
        week_start=written["WKST"] if written.get("WKST") in WEEKDAYS else "MO",
        parts=parts,
    )


def positive(text: str) -> int:
    """Read INTERVAL or COUNT."""
    if not text.isdecimal() or not int(text[:9]):
        raise BadValueError(f"{text[:20]!r} is not a number that a rule can count by")
    return int(text[:9])


def numbers(name: str, text: str) -> list[Any]:
    """Read a list of numbers in a BY part."""
    low, high = NUMBERS[name]
    found: list[Any] = []
    for item in text.split(","):
        try:
            number = int(item)
        except ValueError:
            raise BadValueError(f"{name}={text[:40]} is not a list of numbers") from None
        if not low <= number <= high or (not number and name not in ZERO_ALLOWED):
            raise BadValueError(f"{name}={text[:40]} is out of range")
        found.append(number)
    return found


def weekday(text: str, frequency: str) -> object:
    """Read one BYDAY value; an ordinal means something in months and years only."""
    found = WEEKDAY.match(text.strip())
    if not found:
        raise BadValueError(f"BYDAY={text[:20]} is not a weekday")
    ordinal = int(found[1]) if found[1] not in ("", "+", "-") else 0
    day = WEEKDAYS[found[2]]
    return day(ordinal) if ordinal and frequency in ("MONTHLY", "YEARLY") else day


def last_start(text: str, start: Moment) -> datetime:
    """Read UNTIL as wall time of the event's zone.

    A date on a timed event is its midnight; a time on an all-day event is its date.
    """
    until = moment(text)
    if not isinstance(until, datetime) or is_day(start):
        return datetime(until.year, until.month, until.day)
    if isinstance(start, datetime) and until.tzinfo and until.year < NO_END:
        until = until.astimezone(start.tzinfo)
    return until.replace(tzinfo=None)
