"""From what a form says of time to wall time in the site's zone. Pure."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings


class SkippedTime(Exception):  # noqa: N818 - it is a time, and the form says it in a sentence
    """A time that the clocks skip on that day. `shown` is what they show instead."""

    def __init__(self, shown: dt.datetime) -> None:
        super().__init__(shown)
        self.shown = shown


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, in wall time of the site's zone; without a length where no end is known."""

    start: dt.datetime
    end: dt.datetime


def moment(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Return a moment; of a time that the clocks show twice, the first one. Raises SkippedTime."""
    meant = dt.datetime.combine(day, time, zone)
    shown = meant.astimezone(dt.UTC).astimezone(zone)
    if shown.replace(tzinfo=None) != meant.replace(tzinfo=None):
        raise SkippedTime(shown)
    return meant


def span(start: dt.datetime, end: dt.datetime) -> Span:
    """Return wall times of two moments.

    Across the end of summer time the clock may show an earlier time at the end: then the end is told by the length.
    """
    length = end.astimezone(dt.UTC) - start.astimezone(dt.UTC)
    first, last = wall(start), wall(end)
    return Span(first, last if last > first or not length else first + length)


def whole_days(first: dt.date, last: dt.date) -> Span:
    """Return all of some days: a date is the same date in every zone."""
    return Span(
        dt.datetime.combine(first, dt.time()),
        dt.datetime.combine(last, dt.time()) + dt.timedelta(days=1),
    )


def wall(when: dt.datetime) -> dt.datetime:
    return when.astimezone(settings.SITE_ZONE).replace(tzinfo=None)


def in_zone(when: dt.datetime, zone: str | None) -> dt.datetime:
    """Return a stored wall time as the clocks of another zone show it."""
    if not zone:
        return when
    return when.replace(tzinfo=settings.SITE_ZONE).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
