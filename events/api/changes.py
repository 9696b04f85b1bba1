"""Copies of the calendar that stay fresh: what changed since, and what has left."""

import datetime as dt
from itertools import islice
from typing import Any

from django.http import HttpResponse

from dctech.api.conditional import answer
from dctech.api.cursors import Cursors
from dctech.api.problems import Problem
from events.api import payload
from events.api.listing import Page, Position, Wanted, last_change, listed
from events.api.queries import ChangesQuery, moment_of
from events.filters import Filter
from events.models import Event
from events.tombstones import KEPT, Tombstone

OVERLAP = dt.timedelta(minutes=15)
"""What a collection changes carries the moment it began: the next sync must ask from a little earlier on."""


def answer_to(
    query: ChangesQuery, wanted: Filter, matches: Wanted, now: dt.datetime
) -> HttpResponse:
    """Return a page of events; with `updated_since`, what has left comes first, then what changed."""
    cursors = Cursors("events", query.scope)
    at = cursors.read(query.cursor) if query.cursor else {"from": payload.moment(_floored(now))}
    if query.updated_since:
        content, events, on = _changed(query, matches, at, now)
    else:
        after = _position(at)
        page = listed(query, wanted.states, matches, after, limit=query.limit, now=now)
        content, events, on = [], page.events, _go_on(page)
    said = {
        "events": [payload.event(event) for event in events],
        "gone": content,
        "next": cursors.write({"from": at["from"], **on}) if on else None,
        "next_updated_since": at["from"],
    }
    return answer(said, last_change(events))


def _changed(
    query: ChangesQuery, matches: Wanted, at: dict[str, Any], now: dt.datetime
) -> tuple[list[dict[str, str]], list[Event], dict[str, Any]]:
    since = _since(query, now)
    gone: list[dict[str, str]] = []
    if "after" not in at:
        tombstones = Tombstone.since(since, at.get("gone", ""), query.limit + 1)
        # What is over within minutes may be so by the last page of this sync, and the next asks from later on.
        has_left = (each for each in tombstones if each.has_left(now + OVERLAP))
        left = list(islice(has_left, query.limit + 1))
        gone = [_gone(each.event_id, each.changed_at) for each in left[: query.limit]]
        if len(left) > query.limit:
            return gone, [], {"gone": left[query.limit - 1].sort}
        if len(left) == query.limit:
            return gone, [], {"after": None}
    page = listed(
        query,
        Filter().states,
        lambda event: event.changed_at >= since,
        _position(at),
        limit=query.limit - len(gone),
        now=now,
    )
    # What matched before and does not any more has left, for whoever asked with this filter.
    gone += [_gone(e.event_id, e.changed_at) for e in page.events if not matches(e)]
    return gone, [event for event in page.events if matches(event)], _go_on(page)


def _since(query: ChangesQuery, now: dt.datetime) -> dt.datetime:
    if query.start_date or query.end_date:
        raise Problem(
            422,
            "Changes are of all that is to come: updated_since goes without dates.",
            errors=[("updated_since", "Leave out start_date and end_date.")],
        )
    since = moment_of(query.updated_since or "")
    if now - since > KEPT:
        raise Problem(
            422,
            f"What has left is known for {KEPT.days} days: get all events anew, without updated_since.",
            errors=[("updated_since", f"It is more than {KEPT.days} days ago.")],
        )
    return since


def _gone(event_id: str, at: dt.datetime) -> dict[str, str]:
    return {"event_id": event_id, "status": "gone", "updated_at": payload.moment(at)}


def _position(at: dict[str, Any]) -> Position | None:
    return tuple(at["after"]) if at.get("after") else None


def _go_on(page: Page) -> dict[str, Any]:
    return {"after": page.end} if page.end else {}


def _floored(now: dt.datetime) -> dt.datetime:
    """Return the moment to ask from next time, the same for a while so that the answer's ETag is."""
    minutes = int(OVERLAP.total_seconds() // 60)
    earlier = now - OVERLAP
    return earlier.replace(minute=earlier.minute // minutes * minutes, second=0, microsecond=0)
