"""Parse and expand calendars, against icalendar and recurring-ical-events used plainly on the same bytes.

CPU seconds, medians of repeated runs in one process. What plain use cannot read, or not within a deadline, is left
out of both sides: it would count as time that it did not need. Ours also turns descriptions into text and sanitised
HTML. Alone: `python -m benchmarks.parse`.
"""

import json
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from collector.ical import NotACalendar, Window, read_calendar

CORPUS = pathlib.Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"
ZONE = ZoneInfo("America/New_York")
WINDOW = Window(date(2026, 9, 1), date(2026, 11, 30))
EVENTS = 10_000
REPEATS = 5
DEADLINE = 10.0

Work = tuple[bytes, Window]
Row = tuple[str, float, float, float, str]


def ours(work: Work) -> int:
    """Return how many occurrences we read."""
    body, window = work
    try:
        return len(read_calendar(body, window, zone=ZONE).occurrences)
    except NotACalendar:
        return 0


def plain(work: Work) -> int:
    """Return how many occurrences the libraries read."""
    body, window = work
    calendar = icalendar.Calendar.from_ical(body)
    return len(recurring_ical_events.of(calendar).between(window.start, window.end))


def cpu(reader: Callable[[Work], int], work: Work) -> float:
    """Return the CPU seconds that one reading takes."""
    before = time.process_time()
    reader(work)
    return time.process_time() - before


def within_deadline(work: Work) -> bool:
    """Tell whether plain use reads this at all, and in time."""

    def late(*_signal: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, DEADLINE)
    try:
        plain(work)
    except Exception:  # noqa: BLE001 - whatever the libraries raise, they have not read it
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return True


def corpus() -> Iterator[tuple[str, Work]]:
    """Yield the name, body and window of each open file; the oracle's window where it has one."""
    folder = CORPUS / "open"
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        name = str(path.relative_to(folder))
        window = WINDOW
        oracle = CORPUS / "oracle" / f"{name}.json"
        if oracle.is_file() and (
            windows := json.loads(oracle.read_text(encoding="utf-8"))["windows"]
        ):
            first, last = (date.fromisoformat(windows[0][edge]) for edge in ("start", "end"))
            window = Window(first, last)
        yield name, (path.read_bytes(), window)


def large_feed(events: int = EVENTS) -> bytes:
    """Return a feed like a large group's export: three years, some series, overrides, HTML."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//bench//EN",
        "X-WR-TIMEZONE:America/New_York",
    ]
    start = datetime(2025, 3, 1, 18)
    for number in range(events):
        begin = start + timedelta(hours=number * 26_280 / events)
        lines += [
            "BEGIN:VEVENT",
            f"UID:event-{number}@example.org",
            "DTSTAMP:20260801T120000Z",
            f"DTSTART;TZID=America/New_York:{begin:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=America/New_York:{begin + timedelta(hours=2):%Y%m%dT%H%M%S}",
            f"SUMMARY:Meeting {number}\\, with a talk",
            "DESCRIPTION:<p>Come and <b>learn</b> something.</p><p>Doors open at six\\, talks",
            "  begin half an hour later.</p>" if number % 3 == 0 else "  and pizza as always.",
            f"URL;VALUE=URI:https://example.org/events/{number}",
            "LOCATION:Library\\, 901 G St NW\\, Washington\\, DC",
            "CATEGORIES:Technology,Talks",
            "ORGANIZER;CN=Example:mailto:nobody@example.org",
            "STATUS:CONFIRMED",
            "CREATED:20260701T120000Z",
            "LAST-MODIFIED:20260801T120000Z",
            f"SEQUENCE:{number % 3}",
            *(["RRULE:FREQ=WEEKLY;COUNT=20"] if number % 50 == 0 else []),
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def compared(name: str, works: list[Work], goal: str, repeats: int = REPEATS) -> Row:
    """Return the row of both readers on the same work, run in turns."""
    mine, theirs = [], []
    for _ in range(repeats):
        theirs.append(sum(cpu(plain, work) for work in works))
        mine.append(sum(cpu(ours, work) for work in works))
    us, them = statistics.median(mine), statistics.median(theirs)
    return name, us, them, them / us, goal


def peak(reader: str, body: bytes) -> float:
    """Return by how many MB reading a body raises the peak memory of a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".ics") as file:
        file.write(body)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.parse", reader, file.name]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def print_peak(reader: str, path: str) -> None:
    """Print the growth of this process's peak memory over one reading, in MB."""
    body = pathlib.Path(path).read_bytes()
    readers = {"ours": ours, "plain": plain}
    readers[reader]((large_feed(1), WINDOW))
    before = peak_memory()
    readers[reader]((body, WINDOW))
    print(peak_memory() - before)


def peak_memory() -> float:
    """Return this process's peak of resident memory in MB (Linux; getrusage counts the parent's too)."""
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def rows() -> Iterator[Row]:
    """Yield (name, ours, reference, how many times the reference is ours, goal) for each figure."""
    warnings.simplefilter("ignore")
    if CORPUS.is_dir():
        works = list(corpus())
        good = [work for _, work in works if within_deadline(work)]
        name = f"parse and expand {len(good)} of {len(works)} real calendars, CPU s (plain use fails on the others)"
        yield compared(name, good, ">= 2.5", repeats=3)
    large = large_feed()
    yield compared(
        f"parse and expand a feed of {EVENTS:,} events, CPU s", [(large, WINDOW)], ">= 5"
    )
    mine, theirs = peak("ours", large), peak("plain", large)
    yield f"peak memory of a feed of {EVENTS:,} events, MB", mine, theirs, theirs / mine, "> 1"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print_peak(*sys.argv[1:])
    else:
        for row in rows():
            print("{}\n    {:.4g} against {:.4g}: {:.2f} times  {}".format(*row))
