"""On which days an event is, and at what times: what every list goes by.

An event whose days have times of their own is listed on each of them; any other one once, on its first day, or on the
first day of the list where it began before. A night out is one day's: `Event.last_day` knows.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.conf import settings

from events.models import Event

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A time of a day, as wall time; `end` where it says more than the start."""

    start: dt.datetime
    end: dt.datetime | None

    @property
    def starts_at(self) -> dt.datetime:
        """The start with the site's offset."""
        return self.start.replace(tzinfo=settings.SITE_ZONE)


@dataclass(frozen=True, slots=True)
class Showing:
    """How a list shows an event on a day: all day where it has neither times nor a `since`."""

    day: dt.date
    since: dt.date | None
    """When it began, if before this day."""
    times: tuple[Span, ...]
    until: dt.date | None
    """Its last day, if it has several, or later sessions."""


def showing(event: Event, day: dt.date) -> Showing:
    sessions = sessions_of(event)
    here = tuple(span for span in sessions if span.start.date() == day)
    if here:
        last = max(span.start.date() for span in sessions)
        return Showing(day, None, here, last if last > day else None)
    first, last = event.start_datetime.date(), event.last_day
    since = first if first < day else None
    times = () if event.all_day or since else (_whole(event),)
    return Showing(day, since, times, last if last > first else None)


def _whole(event: Event) -> Span:
    start, end = event.start_datetime, event.end_datetime
    return Span(start, end if end > start and event.last_day == start.date() else None)


def sessions_of(event: Event) -> list[Span]:
    """Return the times of its days in order, where they have times of their own."""
    times = [(session["start"], session["end"]) for session in event.session_times]
    spans = [Span(start, end if end and end > start else None) for start, end in times if start]
    return sorted(spans, key=lambda span: span.start)


def days_of(event: Event) -> list[dt.date]:
    """Return every day it is on, in order."""
    if event.sessions:
        return sorted({span.start.date() for span in sessions_of(event)})
    first: dt.date = event.start_datetime.date()
    return [first + number * DAY for number in range((event.last_day - first).days + 1)]


def is_on(event: Event, first: dt.date, end: dt.date) -> bool:
    """Tell whether it is on one of the days from `first` up to, and without, `end`."""
    if event.sessions:
        return any(first <= day < end for day in days_of(event))
    return bool(event.start_datetime.date() < end and event.last_day >= first)


def listed_on(event: Event, first: dt.date, end: dt.date) -> list[dt.date]:
    """Return the days on which a list from `first` up to, and without, `end` has an event that is known to be in it."""
    days = days_of(event) if event.sessions else ()
    return [day for day in days if first <= day < end] or [max(event.start_datetime.date(), first)]


def by_day(
    events: Iterable[Event], first: dt.date, end: dt.date
) -> list[tuple[dt.date, list[Event]]]:
    """Return the days of a list with their events; what began before them is on the first, and first there."""
    found = defaultdict(list)
    for event in events:
        for day in listed_on(event, first, end):
            found[day].append(event)
    return [(day, sorted(found[day], key=partial(_begins, day))) for day in sorted(found)]


def _begins(day: dt.date, event: Event) -> dt.datetime:
    if not event.sessions:
        start: dt.datetime = event.start_datetime
        return start
    spans = (span.start for span in sessions_of(event) if span.start.date() == day)
    return min(spans, default=event.start_datetime)
