"""From the events of one UID to its occurrences in a window."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.ical.events import DAY, Event, Report, midnight, zone_of
from collector.ical.expansion import Budget, starts
from collector.ical.records import Window
from collector.ical.values import Length, Moment, attached, is_day

# Outside of these, an offset from UTC leads out of what datetime can hold.
FIRST_DAY, LAST_DAY = date(2, 1, 1), date(9998, 12, 31)


@dataclass(frozen=True, slots=True)
class Span:
    """A window as days and as instants."""

    first: date
    last: date
    low: datetime
    high: datetime

    @classmethod
    def of(cls, window: Window, zone: ZoneInfo) -> "Span":
        """Return a window's span in a zone."""
        first = min(max(window.start, FIRST_DAY), LAST_DAY)
        last = min(max(window.end, FIRST_DAY), LAST_DAY)
        low, high = (midnight(day, zone).astimezone(UTC) for day in (first, last))
        return cls(first, last, low, high)

    def meets(self, start: Moment, end: Moment) -> bool:
        """Tell whether any of it is in the window."""
        if isinstance(start, datetime) and isinstance(end, datetime):
            return start < self.high and (end > self.low or start >= self.low)
        return start < self.last and end > self.first


class Override(NamedTuple):
    """An event that stands in for an occurrence; `original` is the key of that one."""

    original: Moment
    event: Event

    @property
    def shift(self) -> timedelta:
        """By how much it moves what it stands in for."""
        start, original = self.event.start, self.original
        if isinstance(start, datetime) and isinstance(original, datetime):
            return start.astimezone(UTC) - original
        if isinstance(start, datetime) or isinstance(original, datetime):
            return timedelta()
        return start - original


class Later:
    """The overrides of one UID that go on: RANGE=THISANDFUTURE.

    reach: how far outside the window something may start that they bring into it.
    """

    def __init__(self, overrides: Iterable[Override]) -> None:
        self.reach = timedelta()
        self._known: dict[bool, list[Override]] = {True: [], False: []}
        for override in overrides:
            if override.event.onwards:
                self._known[is_day(override.original)].append(override)
                days, exact = override.event.length
                self.reach = max(self.reach, days + exact + abs(override.shift))
        for known in self._known.values():
            known.sort(key=lambda override: override.original)

    def at(self, original: Moment) -> Override | None:
        """Return the last one up to an occurrence, if there is one."""
        known = self._known[is_day(original)]
        place = bisect_right(known, original, key=lambda override: override.original)
        return known[place - 1] if place else None


class Instance(NamedTuple):
    """An occurrence before it has words: `recurrence_id` is "" where the UID does not recur."""

    event: Event
    start: Moment
    end: Moment
    recurrence_id: str


def instances(
    events: list[Event], span: Span, budget: Budget, report: Report
) -> Iterator[Instance]:
    """Yield what the events of one UID give in the window. Raises TooDenseError.

    Several events without RECURRENCE-ID: those of the highest SEQUENCE are all meant.
    """
    if len(events) == 1 and not events[0].recurs:
        [event] = events
        end = ended(event.start, event.length)
        if span.meets(event.start, end):
            yield Instance(event, event.start, end, "")
        return
    masters = newest([event for event in events if event.replaces is None])
    overrides = by_original(events, masters)
    later = Later(overrides.values())
    recurs = any(event.recurs for event in masters) or len(masters) + len(overrides) > 1
    for original, event in overrides.values():
        end = ended(event.start, event.length)
        if span.meets(event.start, end):
            yield Instance(event, event.start, end, stamp(original) if recurs else "")
    for master in masters:
        for start, length in times(master, span, later, budget):
            original = key(start, master)
            if original in overrides or day_of(start) in overrides:
                continue
            event, moved, lasting = placed(master, start, length, later.at(original))
            end = ended(moved, lasting)
            if span.meets(moved, end):
                yield Instance(event, moved, end, stamp(original) if recurs else "")
    if len(masters) > 1:
        message = f"{len(masters)} events have one UID and one SEQUENCE; each counts."
        report(masters[0].source, "same-uid", message)


def newest(masters: list[Event]) -> list[Event]:
    """Return those of the highest SEQUENCE."""
    highest = max((event.sequence for event in masters), default=0)
    return [event for event in masters if event.sequence == highest]


def by_original(events: list[Event], masters: list[Event]) -> dict[Moment, Override]:
    """Return the overrides by what they replace; of several for one, the highest SEQUENCE."""
    found: dict[Moment, Override] = {}
    for event in events:
        if event.replaces is None:
            continue
        original = key(event.replaces, masters[0] if masters else event)
        if original not in found or found[original].event.sequence <= event.sequence:
            found[original] = Override(original, event)
    return found


def key(original: Moment, master: Event) -> Moment:
    """Return what tells one occurrence of a series from the next: an instant, or a day.

    Where the series is of days, a time stands for the day it is written on (Exchange does that).
    """
    if not isinstance(original, datetime):
        return original
    if is_day(master.start):
        return original.date()
    return instant(attached(original, zone_of(master.start)))


def instant(aware: Moment) -> Moment:
    """Return a time in UTC, and a day as it is."""
    return aware.astimezone(UTC) if isinstance(aware, datetime) else aware


def day_of(start: Moment) -> date:
    """Return the day of a start by its own wall clock."""
    return start.date() if isinstance(start, datetime) else start


def stamp(original: Moment) -> str:
    """Write an original start as RECURRENCE-ID does, in UTC."""
    form = "%m%dT%H%M%SZ" if isinstance(original, datetime) else "%m%d"
    return f"{original.year:04}{original.strftime(form)}"


def ended(start: Moment, length: Length) -> Moment:
    """Return the end: days by the wall clock first, then exact time."""
    if not isinstance(start, datetime):
        return start + length.days + timedelta(days=length.time // DAY)
    if not length.time:
        return start + length.days
    end = (start + length.days).astimezone(UTC) + length.time
    return end.astimezone(start.tzinfo)


def placed(
    master: Event, start: Moment, length: Length, override: Override | None
) -> tuple[Event, Moment, Length]:
    """Return an occurrence of the series, or what a THISANDFUTURE override makes of it."""
    if override is None:
        return master, start, length
    return override.event, start + override.shift, override.event.length


def times(
    master: Event, span: Span, later: Later, budget: Budget
) -> Iterator[tuple[Moment, Length]]:
    """Yield the series' own starts around the window, EXDATEs left out, each once."""
    left_out = {key(moment, master) for moment in master.left_out}
    seen = set()
    for start, length in listed_times(master, span, later, budget):
        original = key(start, master)
        if original in seen or original in left_out or day_of(start) in left_out:
            continue
        seen.add(original)
        yield start, length


def listed_times(
    master: Event, span: Span, later: Later, budget: Budget
) -> Iterator[tuple[Moment, Length]]:
    """Yield what RDATE, DTSTART and RRULE list. DTSTART counts where there is no rule."""
    for start, length in master.extra:
        yield start, length or master.length
    if not master.rules:
        yield master.start, master.length
        return
    zone, days = zone_of(master.start), is_day(master.start)
    margin = later.reach + master.length.days + master.length.time + DAY
    low, high = edges(span, master.start)
    for rule in master.rules:
        for wall in starts(rule, wall_clock(master.start), low - margin, high + margin, budget):
            yield wall.date() if days else wall.replace(tzinfo=zone), master.length


def edges(span: Span, start: Moment) -> tuple[datetime, datetime]:
    """Return the window's edges by the wall clock of an event."""
    if is_day(start):
        return wall_clock(span.first), wall_clock(span.last)
    zone = zone_of(start)
    return wall_clock(span.low.astimezone(zone)), wall_clock(span.high.astimezone(zone))


def wall_clock(when: Moment) -> datetime:
    """Return a time without its zone, and the midnight of a day."""
    if isinstance(when, datetime):
        return when.replace(tzinfo=None)
    return datetime.combine(when, time())
