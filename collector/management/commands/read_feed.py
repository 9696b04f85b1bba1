"""What a feed would give, storing nothing: what a moderator runs before approving a group."""

import json
import resource
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from collector.ical import NO_UID, NotACalendar, Occurrence, Reading, Window, read_calendar
from collector.text import clipped, printable

DAYS_AHEAD = 180
DEADLINE = 30.0
MEMORY = 1024**3
NOT_A_CALENDAR = 2


class Command(BaseCommand):
    help = "Show what a calendar file or feed would give, storing nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="?", metavar="FILE_OR_URL")
        parser.add_argument("--start", type=day, help="first day, YYYY-MM-DD (default: today)")
        parser.add_argument(
            "--end",
            type=day,
            help=f"day after the last (default: {DAYS_AHEAD} days after the start)",
        )
        parser.add_argument(
            "--timezone", default=settings.SITE_TIMEZONE, help="for times without a zone"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--jsonl",
            action="store_true",
            help='read {"path", "start", "end", "timezone"} a line on standard input, '
            "answer each with a line of JSON",
        )
        parser.add_argument(
            "--deadline",
            type=float,
            default=DEADLINE,
            help=f"seconds that --jsonl gives one file (default: {DEADLINE:.0f})",
        )

    def handle(self, *_args: object, **options: object) -> None:
        if options["jsonl"]:
            for answer in answers(sys.stdin, float(str(options["deadline"]))):
                self.stdout.write(answer)
                self.stdout.flush()
            return
        if not options["source"]:
            raise CommandError("Name a file or an address, or use --jsonl.")
        zone = known_zone(str(options["timezone"]))
        window = chosen_window(options["start"], options["end"], zone)
        try:
            reading = read_calendar(body_of(str(options["source"])), window, zone=zone)
        except NotACalendar as error:
            raise CommandError(
                f"{options['source']}: {error}", returncode=NOT_A_CALENDAR
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(as_object(reading), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(table(reading, window, zone)))


def day(text: str) -> date:
    """Read a day from the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day like 2026-09-01") from None


def known_zone(name: str) -> ZoneInfo:
    """Return an IANA zone. Raises CommandError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CommandError(f"{name!r} is not a time zone such as America/New_York.") from error


def chosen_window(start: object, end: object, zone: ZoneInfo) -> Window:
    """Return the days asked for. Raises CommandError."""
    first = start if isinstance(start, date) else datetime.now(zone).date()
    last = end if isinstance(end, date) else first + timedelta(days=DAYS_AHEAD)
    if last <= first:
        raise CommandError(
            f"--end {last} must be after --start {first}: it is the day after the last one."
        )
    return Window(first, last)


def body_of(source: str) -> bytes:
    """Return what a file or an address holds. Raises CommandError."""
    if source.partition("://")[0].lower() in ("http", "https", "webcal", "webcals"):
        from collector.fetch import Fetcher, FetchError, Request  # noqa: PLC0415 - files need no HTTP

        try:
            with Fetcher.from_settings() as fetcher:
                body: bytes = fetcher.get(Request(source)).body
        except FetchError as error:
            raise CommandError(f"{source}: {error}") from error
        return body
    if "://" in source:
        raise CommandError(f"{source}: only http, https and webcal addresses can be read.")
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise CommandError(f"{source}: {error.strerror or error}") from error


def as_object(reading: Reading) -> dict[str, list[dict[str, object]]]:
    """Return a reading for JSON."""
    return {
        "occurrences": [
            {
                # what the source says: "" where it has none
                "uid": "" if occurrence.uid.startswith(NO_UID) else occurrence.uid,
                "start": in_utc(occurrence.start),
                "end": in_utc(occurrence.end),
                "all_day": occurrence.all_day,
                "summary": occurrence.summary,
                "location": occurrence.location,
                "url": occurrence.url,
                "status": occurrence.status,
            }
            for occurrence in reading.occurrences
        ],
        "problems": [
            {
                "kind": problem.kind,
                "message": problem.message,
                "uid": problem.uid,
                "line": problem.line,
            }
            for problem in reading.problems
        ],
    }


def in_utc(when: date) -> str:
    """Write a time in UTC with its Z, and a day as a day."""
    if isinstance(when, datetime):
        return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return when.isoformat()


def table(reading: Reading, window: Window, zone: ZoneInfo) -> Iterator[str]:
    """Yield the lines that people read, with times in a zone."""
    yield one_line(reading.name) or "(a calendar without a name)"
    yield f"{window.start} to {window.end - timedelta(days=1)}, times in {zone.key}"
    yield ""
    for occurrence in reading.occurrences:
        mark = (
            f" [{occurrence.status.lower()}]"
            if occurrence.status in ("CANCELLED", "TENTATIVE")
            else ""
        )
        yield f"{span(occurrence, zone):<37}  {one_line(occurrence.summary) or '(no title)'}{mark}"
        for detail in (one_line(occurrence.location), one_line(occurrence.url)):
            if detail:
                yield f"{'':<37}  {detail}"
    yield ""
    yield f"{number(reading.occurrences, 'occurrence')}, {number(reading.problems, 'problem')}"
    for problem in reading.problems:
        place = f"line {problem.line}: " if problem.line else ""
        yield f"  {place}{problem.message}"
    if not reading.complete:
        yield "Not all of the calendar could be read."


def span(occurrence: Occurrence, zone: ZoneInfo) -> str:
    """Write from when to when."""
    start, end = occurrence.start, occurrence.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        last = end - timedelta(days=1)
        return f"{start:%a %Y-%m-%d}" + (f" to {last:%a %Y-%m-%d}" if last > start else " all day")
    start, end = start.astimezone(zone), end.astimezone(zone)
    if end.date() == start.date():
        return f"{start:%a %Y-%m-%d %H:%M}" + (f" to {end:%H:%M}" if end > start else "")
    return f"{start:%a %Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"


def one_line(text: str) -> str:
    """Return a text that is safe to print on one line."""
    return clipped(" ".join(printable(text).split()), 200)


def number(things: Sequence[object], name: str) -> str:
    """Count things: "1 problem", "2 problems"."""
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def answers(requests: Iterator[str], deadline: float) -> Iterator[str]:
    """Yield an answer to each request line, in order.

    Another process reads the files: whatever runs past the deadline, or takes its process down,
    costs its own line, and the next one finds a new process.
    """
    reading = None
    for request in requests:
        if not request.strip():
            continue
        reading = reading or ReadingProcess()
        try:
            yield reading.answer(request, deadline)
        except (TimeoutError, EOFError, BrokenPipeError, ConnectionResetError) as error:
            reading.kill()
            reading = None
            late = isinstance(error, TimeoutError)
            why = f"reading took more than {deadline:g} seconds" if late else "reading it crashed"
            yield json.dumps({"path": path_of(request), "error": why})
    if reading:
        reading.kill()


class ReadingProcess:
    """A process of ours that answers one request line after another."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=answer_all, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.pipe.recv()

    def answer(self, request: str, deadline: float) -> str:
        """Return one answer. Raises TimeoutError, and EOFError where the process has died."""
        self.pipe.send(request)
        if not self.pipe.poll(deadline):
            raise TimeoutError
        return str(self.pipe.recv())

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def answer_all(pipe: Connection) -> None:
    """Answer the request lines that come through a pipe, until it closes."""
    with suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    pipe.send("ready")
    while True:
        try:
            request = pipe.recv()
        except EOFError:
            return
        pipe.send(json.dumps(answer(request)))


def answer(request: str) -> dict[str, object]:
    """Answer one request line."""
    path = path_of(request)
    try:
        asked = json.loads(request)
        zone = known_zone(asked.get("timezone") or "UTC")
        first, last = (date.fromisoformat(asked[name]) for name in ("start", "end"))
        window = chosen_window(first, last, zone)
        reading = read_calendar(body_of(asked["path"]), window, zone=zone)
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        return {"path": path, "error": f"not a request: {error!r}"}
    except (NotACalendar, CommandError, ValueError) as error:
        return {"path": path, "error": str(error)}
    except MemoryError:
        return {"path": path, "error": "reading it took too much memory"}
    return {"path": path, **as_object(reading)}


def path_of(request: str) -> str:
    """Return the path in a request line, "" where it has none."""
    try:
        return str(json.loads(request)["path"])
    except (ValueError, TypeError, KeyError):
        return ""
