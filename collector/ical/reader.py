"""Reading one body: what is in it, what is wrong with it, and within which bounds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from collector.ical.body import calendar_lines, unfolded
from collector.ical.components import Component, calendars, first, lines_of_events, parts
from collector.ical.content import Content, content, made_up_uid
from collector.ical.events import Event, Source, midnight, read_event
from collector.ical.expansion import Budget, TooDenseError
from collector.ical.records import NotACalendar, Occurrence, Problem, Reading, Window
from collector.ical.recurrence import Instance, Span, instances
from collector.ical.values import BadValueError, Moment, unescaped
from collector.ical.zones import Zones, misspelt, named
from collector.text import clipped, printable

PROBLEMS_PER_CALENDAR = 200
MESSAGE_LENGTH = 300


def read_calendar(body: bytes, window: Window, *, zone: ZoneInfo) -> Reading:
    """Return what a calendar has in the window; `zone` is for floating times without X-WR-TIMEZONE.

    An occurrence that began before the window and still runs is in it. Raises NotACalendar; any
    other fault costs the event it is in, and is told in `problems`.
    """
    lines = calendar_lines(body)
    found = calendars(unfolded(lines))
    reader = _Reader(lines, Span.of(window, zone), zone)
    sources = [source for calendar in found for source in reader.sources(calendar)]
    if not all(calendar.closed for calendar in found):
        if not sources:
            raise NotACalendar(
                "truncated-before-any-event",
                "The calendar breaks off before its first event has ended. Try again later.",
            )
        reader.incomplete("truncated", "The calendar has no END: the rest of it is missing.")
    occurrences = sorted(reader.occurrences(sources), key=reader.order)
    reader.report_unknown_zones(sources)
    return Reading(
        tuple(occurrences),
        tuple(reader.problems),
        reader.name,
        (reader.own_zone or zone).key,
        reader.complete,
    )


@dataclass(slots=True)
class _Reader:
    lines: str
    span: Span
    zone: ZoneInfo
    own_zone: ZoneInfo | None = None
    name: str = ""
    complete: bool = True
    problems: list[Problem] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)
    event_lines: list[int] | None = None

    def sources(self, calendar: Component) -> Iterator[Source]:
        """Yield a calendar's events as written, and note its name and zone."""
        properties = calendar.properties()
        self.name = self.name or unescaped(first(properties, "X-WR-CALNAME")).strip()
        zone = self.calendar_zone(first(properties, "X-WR-TIMEZONE").strip())
        self.own_zone = self.own_zone or zone
        zones = Zones(parts(calendar, "VTIMEZONE"), zone, self.span.low, self.span.high)
        for component in parts(calendar, "VEVENT"):
            written = component.when()
            uid = first(written, "UID").strip()
            own_uid = uid or made_up_uid(component.properties())
            source = Source(component, written, zones, own_uid)
            if not component.closed:
                self.report(source, "unclosed", "An event without END is left out: it may be cut.")
                continue
            if not uid:
                self.report(source, "no-uid", "An event without UID got one made of its content.")
            yield source

    def calendar_zone(self, name: str) -> ZoneInfo:
        """Return the zone of X-WR-TIMEZONE where it is known."""
        found = named(name) or misspelt(name)
        if name and not found:
            self.problem("unknown-timezone", f"X-WR-TIMEZONE {name!r} is unknown and left out.")
        return found or self.zone

    def occurrences(self, sources: Iterable[Source]) -> Iterator[Occurrence]:
        """Yield the occurrences of all events, UID by UID; an error costs its UID alone."""
        groups: dict[str, list[Source]] = {}
        for source in sources:
            groups.setdefault(source.uid, []).append(source)
        for group in groups.values():
            try:
                times = list(instances(self.events(group), self.span, self.budget, self.report))
            except TooDenseError as error:
                self.incomplete("too-many", f"The event is left out: {error}.", group[0])
            except (BadValueError, OverflowError) as error:
                self.report(group[0], "bad-event", f"The event is left out: {error}.")
            else:
                yield from told(times)

    def events(self, group: list[Source]) -> list[Event]:
        """Read the dates of one UID's components; a bad one costs itself."""
        found = []
        for source in group:
            try:
                found.append(read_event(source, self.report))
            except (BadValueError, OverflowError) as error:
                self.report(source, "bad-event", f"The event is left out: {error}.")
        return found

    def order(self, occurrence: Occurrence) -> tuple[datetime, str, str]:
        """Return what occurrences are sorted by."""
        start = occurrence.start
        begin = start if isinstance(start, datetime) else midnight(start, self.zone)
        return begin.astimezone(UTC), occurrence.uid, occurrence.recurrence_id

    def report_unknown_zones(self, sources: list[Source]) -> None:
        """Report the TZIDs that nobody knows, each once for a calendar."""
        for zones in dict.fromkeys(source.zones for source in sources):
            for tzid, why in zones.unknown.items():
                message = (
                    f"The time zone {tzid!r} is unknown ({why}); read as {zones.fallback.key}."
                )
                self.problem("unknown-timezone", message)

    def report(self, source: Source, kind: str, message: str) -> None:
        """Keep a problem of one event, with the line that the event begins on."""
        if self.event_lines is None:
            self.event_lines = lines_of_events(self.lines)
        number = source.component.number
        line = self.event_lines[number] if number < len(self.event_lines) else 0
        self.problem(kind, message, source.uid, line)

    def incomplete(self, kind: str, message: str, source: Source | None = None) -> None:
        """Keep a problem that leaves more out than one event."""
        self.complete = False
        if source:
            self.report(source, kind, message)
        else:
            self.problem(kind, message)

    def problem(self, kind: str, message: str, uid: str = "", line: int = 0) -> None:
        """Keep a problem, unless there are very many already."""
        if len(self.problems) == PROBLEMS_PER_CALENDAR:
            self.problems.append(Problem("more", "There are more problems; these are the first."))
        if len(self.problems) < PROBLEMS_PER_CALENDAR:
            self.problems.append(
                Problem(kind, clipped(printable(message), MESSAGE_LENGTH), uid, line)
            )


def told(times: list[Instance]) -> Iterator[Occurrence]:
    """Put words to the times of one UID."""
    said: dict[Event, Content] = {}
    for event, start, end, recurrence_id in times:
        if event not in said:
            said[event] = content(event.source.component.properties())
        begin, zone = in_named_zone(start, event.source.zones.fallback)
        finish, _ = in_named_zone(end, event.source.zones.fallback)
        yield Occurrence(
            event.source.uid,
            recurrence_id,
            event.sequence,
            begin,
            finish,
            not zone,
            zone,
            *said[event],
        )


def in_named_zone(when: Moment, fallback: ZoneInfo) -> tuple[Moment, str]:
    """Return a time in a zone with an IANA name, and that name; "" for a day.

    A time that the clocks skip becomes the one that they show instead.
    """
    if not isinstance(when, datetime):
        return when, ""
    if when.tzinfo is UTC:
        return when, "UTC"
    zone = when.tzinfo if isinstance(when.tzinfo, ZoneInfo) else fallback
    return when.astimezone(UTC).astimezone(zone), zone.key
