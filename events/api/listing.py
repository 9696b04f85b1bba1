"""Pages of events by (start, event_id): each reads on from where the one before ended, and not much further."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from events.api.queries import EventsQuery
from events.models import LONGEST, Event
from events.periods import Day
from events.views import wall_clock

READ_AT_MOST = 2_000
"""Events that one page looks through for what a filter wants; a page that found less says where to go on."""

FAR = dt.datetime(9999, 12, 31)

Position = tuple[str, str]
Wanted = Callable[[Event], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """Events in order, and the position to go on from; None at the end."""

    events: list[Event]
    end: Position | None = None


def listed(
    query: EventsQuery,
    states: Sequence[str],
    wanted: Wanted,
    after: Position | None,
    *,
    limit: int,
    now: dt.datetime,
) -> Page:
    """Return a page of the wanted events of these partitions that run, or are to come, within the query's days."""
    wall = wall_clock(now)
    since = Day.read(query.start_date).starts if query.start_date else wall
    last = Day.read(query.end_date).ends - dt.timedelta(seconds=1) if query.end_date else FAR
    first = start_of(after, since)
    if first > last:
        return Page([])
    # Twice its share of each partition: what one has more is asked for when the page gets there.
    at_once = limit + 1 if query.narrow else -(-2 * (limit + 1) // len(states))
    ordered = Event.in_order(first, last, states, at_once=min(limit + 1, at_once))
    return page(ordered, lambda event: runs(event, since, wall) and wanted(event), after, limit)


def page(ordered: Iterable[Event], wanted: Wanted, after: Position | None, limit: int) -> Page:
    """Return the first `limit` of the wanted events after a position."""
    found: list[Event] = []
    last: Event | None = None
    ahead = (event for event in ordered if not after or position(event) > after)
    for count, event in enumerate(ahead):
        more = wanted(event)
        if count >= READ_AT_MOST or (more and len(found) == limit):
            return Page(found, position(last) if last else after)
        if more:
            found.append(event)
        last = event
    return Page(found)


def position(event: Event) -> Position:
    return event.start_datetime.isoformat(), event.event_id


def start_of(after: Position | None, since: dt.datetime) -> dt.datetime:
    """Return where to read on from: at first, from what may still run."""
    return dt.datetime.fromisoformat(after[0]) if after else since - LONGEST


def runs(event: Event, since: dt.datetime, wall: dt.datetime) -> bool:
    """Tell whether an event is not over at `since`; `wall` is now: what is past its retention may be there still."""
    if event.ends_after(wall):
        return since <= wall or event.ends_after(since)
    return event.ends_after(since) and not event.expired(wall.replace(tzinfo=settings.SITE_ZONE))


def last_change(events: Iterable[Event]) -> dt.datetime | None:
    return max((event.attribute_values["changed_at"] for event in events), default=None)
