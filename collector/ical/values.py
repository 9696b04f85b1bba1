"""The value types of RFC 5545 section 3.3 that events need, read as leniently as feeds write them."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

DATE_TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d):?(\d\d)?(?:\.\d+)?(Z)?)?$", re.IGNORECASE
)
DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$",
    re.IGNORECASE,
)
UTC_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d):?(\d\d)?$")
ESCAPES = re.compile(r"\\([\\;,nN])")
COMMA = re.compile(r"(?<!\\),")
LAST_SECOND = 59
MIDNIGHT_AFTER = 24

Moment = date | datetime


class BadValueError(ValueError):
    """A value that cannot be read; the message names it."""


def moment(text: str) -> Moment:
    """Read a DATE or DATE-TIME: a date, a naive datetime (floating or with TZID), or one in UTC.

    24:00:00 is the midnight that follows; a leap second is the second before it (RFC 5545 3.3.12).
    """
    found = DATE_TIME.match(text.strip())
    if not found:
        raise BadValueError(f"{text[:40]!r} is not a date or time")
    year, month, day, hour, minute, second, utc = found.groups()
    try:
        whole = date(int(year), int(month), int(day))
        if hour is None:
            return whole
        late = int(hour) == MIDNIGHT_AFTER and not int(minute)
        read = datetime(
            whole.year,
            whole.month,
            whole.day,
            0 if late else int(hour),
            int(minute),
            min(int(second or 0), LAST_SECOND),
            tzinfo=UTC if utc else None,
        )
    except ValueError as error:
        raise BadValueError(f"{text[:40]!r} is not a date or time ({error})") from None
    return read + timedelta(days=1) if late else read


def is_day(value: Moment) -> bool:
    """Tell a date from a datetime, which is a date too."""
    return not isinstance(value, datetime)


def attached(value: Moment, zone: tzinfo) -> Moment:
    """Put a floating time in a zone; what has one, and a date, stay."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=zone)
    return value


class Length(NamedTuple):
    """How long an event is: days by the wall clock, then exact time (RFC 5545 3.3.6)."""

    days: timedelta
    time: timedelta


def duration(text: str) -> Length:
    """Read a DURATION. A negative one is not the length of anything."""
    found = DURATION.match(text.strip())
    if not found or not any(found.groups()[1:]) or found[1] == "-":
        raise BadValueError(f"{text[:40]!r} is not the length of an event")
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    try:
        return Length(
            timedelta(weeks=weeks, days=days),
            timedelta(hours=hours, minutes=minutes, seconds=seconds),
        )
    except OverflowError:
        raise BadValueError(f"{text[:40]!r} is longer than time itself") from None


def utc_offset(text: str) -> timedelta:
    """Read a UTC-OFFSET such as -0500."""
    found = UTC_OFFSET.match(text.strip())
    if not found:
        raise BadValueError(f"{text[:40]!r} is not an offset from UTC")
    size = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    if size >= timedelta(days=1):
        raise BadValueError(f"{text[:40]!r} is not an offset from UTC")
    return -size if found[1] == "-" else size


def unescaped(text: str) -> str:
    r"""Read a TEXT value: \n, \, \; and \\ are escapes, any other backslash is itself."""
    if "\\" not in text:
        return text
    return ESCAPES.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def listed(text: str) -> list[str]:
    """Split at the commas that are not escaped."""
    return COMMA.split(text)
