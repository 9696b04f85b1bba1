"""Small calendars, each with the one feature or fault that it is named for."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from collector.ical import Reading, Window, read_calendar

FOLDER = Path(__file__).parent
AUTUMN = Window(date(2026, 9, 1), date(2026, 12, 1))
NEW_YORK = ZoneInfo("America/New_York")


def body(name: str) -> bytes:
    return (FOLDER / f"{name}.ics").read_bytes()


def read(name: str, window: Window = AUTUMN, zone: ZoneInfo = NEW_YORK) -> Reading:
    return read_calendar(body(name), window, zone=zone)


def times(reading: Reading) -> list[tuple[str, str, str]]:
    """Start, end and title of each occurrence, as its own clock shows them."""
    return [(shown(o.start), shown(o.end), o.summary) for o in reading.occurrences]


def starts(reading: Reading) -> list[str]:
    return [shown(o.start) for o in reading.occurrences]


def shown(when: date) -> str:
    return when.isoformat(" ", "minutes") if isinstance(when, datetime) else when.isoformat()


def kinds(reading: Reading) -> list[str]:
    return [problem.kind for problem in reading.problems]
