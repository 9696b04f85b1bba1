"""VTIMEZONE of a zone, from its transitions.

Observances carry a yearly RRULE: readers built on ical.js take a list of RDATEs to end with its last one, and show the
summer after it an hour late. A zone whose changes follow no yearly rule of RFC 5545 has no VTIMEZONE here; its
times are written in UTC.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

ALL_CALENDARS = 28
"""Years after which weekdays and leap days have met in every way: a rule that held so long is the rule."""
DAY = dt.timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Change(NamedTuple):
    wall: dt.datetime
    """By the clock before the change, as DTSTART of an observance is."""
    before: dt.timedelta
    after: dt.timedelta
    name: str

    @property
    def pattern(self) -> tuple[object, ...]:
        return self.wall.month, self.wall.weekday(), self.wall.time(), *self[1:]

    @property
    def places(self) -> set[int]:
        """Which of its weekday in the month it is, counted from the beginning and from the end."""
        last = (self.wall + 7 * DAY).month != self.wall.month
        return {(self.wall.day + 6) // 7, *([-1] if last else [])}


@lru_cache(maxsize=8)
def vtimezone(zone: ZoneInfo, year: int) -> tuple[str, ...]:
    """Return the lines of a VTIMEZONE that is right from the end of `year` on; none if no yearly rule is."""
    years = [tuple(_changes(zone, year + more)) for more in range(ALL_CALENDARS)]
    if len({tuple(change.pattern for change in changes) for changes in years}) != 1:
        return ()
    observances: list[str] = []
    for same in zip(*years, strict=True):
        places = set.intersection(*(change.places for change in same))
        if not places:
            return ()
        observances += _observance(same[0], max(places))
    return (
        "BEGIN:VTIMEZONE",
        f"TZID:{zone.key}",
        *(observances or _steady(zone, year)),
        "END:VTIMEZONE",
    )


def _observance(change: Change, place: int) -> Sequence[str]:
    kind = "DAYLIGHT" if change.after > change.before else "STANDARD"
    weekday = WEEKDAYS[change.wall.weekday()]
    return (
        f"BEGIN:{kind}",
        f"DTSTART:{change.wall:%Y%m%dT%H%M%S}",
        f"RRULE:FREQ=YEARLY;BYMONTH={change.wall.month};BYDAY={place}{weekday}",
        f"TZOFFSETFROM:{_offset(change.before)}",
        f"TZOFFSETTO:{_offset(change.after)}",
        f"TZNAME:{change.name}",
        f"END:{kind}",
    )


def _steady(zone: ZoneInfo, year: int) -> Sequence[str]:
    moment = dt.datetime(year, 1, 1, tzinfo=zone)
    offset = _offset(moment.utcoffset() or dt.timedelta())
    return (
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        f"TZOFFSETFROM:{offset}",
        f"TZOFFSETTO:{offset}",
        f"TZNAME:{moment.tzname()}",
        "END:STANDARD",
    )


def _changes(zone: ZoneInfo, year: int) -> Iterator[Change]:
    """Yield what happens to the clocks in a year."""
    moment, end = dt.datetime(year, 1, 1, tzinfo=dt.UTC), dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)
    while moment < end:
        before, after = _at(zone, moment), _at(zone, moment + DAY)
        if before != after:
            turn = _turn(zone, moment)
            name = turn.astimezone(zone).tzname() or zone.key
            yield Change((turn + before).replace(tzinfo=None), before, after, name)
        moment += DAY


def _turn(zone: ZoneInfo, day: dt.datetime) -> dt.datetime:
    """Return the first minute of a changed offset within a day."""
    before, low, high = _at(zone, day), 0, 24 * 60
    while high - low > 1:
        middle = (low + high) // 2
        if _at(zone, day + dt.timedelta(minutes=middle)) == before:
            low = middle
        else:
            high = middle
    return day + dt.timedelta(minutes=high)


def _at(zone: ZoneInfo, moment: dt.datetime) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()


def _offset(offset: dt.timedelta) -> str:
    sign, minutes = "-" if offset < dt.timedelta() else "+", abs(offset) // dt.timedelta(minutes=1)
    return f"{sign}{minutes // 60:02}{minutes % 60:02}"
