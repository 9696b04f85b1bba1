"""What reading a calendar takes and gives."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days in the zone that the calendar is read in; `end` is exclusive."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an event takes place.

    uid: as the source has it, or made from the content when it has none.
    recurrence_id: the original start where the UID recurs in the source (UTC, `YYYYMMDDTHHMMSSZ`,
        or `YYYYMMDD`), else "".
    start, end: aware datetimes in the event's own zone, or dates when `all_day`. `end` is
        exclusive, and equal to `start` where the source gives none.
    timezone: the IANA name of that zone; "" for all-day.
    description: plain text. description_html: sanitised HTML, "" when the source was plain.
    location: "" when the property was only a URL.
    url: the URL property, else a URL in LOCATION, else the first in DESCRIPTION; http(s) or "".
    source_url: the URL property alone, verbatim.
    status: CONFIRMED, TENTATIVE, CANCELLED or "".
    organizer: the common name only, never an address.
    geo: latitude and longitude in degrees.
    """

    uid: str
    recurrence_id: str
    sequence: int
    start: datetime | date
    end: datetime | date
    all_day: bool
    timezone: str
    summary: str
    description: str
    description_html: str
    location: str
    url: str
    source_url: str
    status: str
    categories: tuple[str, ...]
    organizer: str
    geo: tuple[float, float] | None
    last_modified: datetime | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the source: `message` says what it is and what was done about it."""

    kind: str
    message: str
    uid: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a calendar has in a window.

    occurrences: sorted by start.
    name: X-WR-CALNAME.
    timezone: the zone that floating times were read in.
    complete: False when the body was cut short or a bound was reached: then the absence of an
        occurrence proves nothing.
    """

    occurrences: tuple[Occurrence, ...]
    problems: tuple[Problem, ...]
    name: str
    timezone: str
    complete: bool


class NotACalendar(Exception):  # noqa: N818 - it names the body, not an error of ours
    """The body is not a calendar. `kind` is a stable slug, the message is for people."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
