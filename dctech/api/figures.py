"""How the site is doing, for its staff: the health of each feed, and what there is and waits."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dctech.api.auth import STAFF, caller_of
from dctech.api.private import private
from dctech.api.staffed import named
from dctech.moderation import PENDING, STATUSES, Moderated, Review
from dctech.moderation.tallies import COUNTED, Tally
from events.models import Event
from groups.models import Group

router = Router(auth=STAFF, tags=["Administration"])
router.add_decorator(private, mode="view")


class FeedHealth(Schema):
    group_id: str
    name: str
    ical: str
    last_success_at: dt.datetime | None
    failing: bool
    failures: int = Field(description="Failed reads since the last success.")
    last_error: str | None
    events: int | None = Field(description="Occurrences in it when it was last read whole.")


class Feeds(Schema):
    feeds: list[FeedHealth]


class Counts(Schema):
    pending: int
    approved: int
    rejected: int
    to_review: int = Field(description="Approved by trust, or changed by the submitter.")
    oldest_pending_at: dt.datetime | None


class MonthTally(Schema):
    month: str = Field(examples=["2026-09"])
    kind: str
    decisions: dict[str, int]


class Stats(Schema):
    events: Counts
    groups: Counts
    tallies: list[MonthTally]


@router.get("/feeds", response=Feeds, **named("read_feeds"))
def feeds(request: HttpRequest) -> dict[str, Any]:
    """Tell how each feed that is collected is doing, those that fail first."""
    from collector.door import health  # noqa: PLC0415 - nothing imports the collector when it loads

    caller_of(request).require("group", "view")
    known = health()
    rows = [
        _health(group, *known.get(group.group_id, (None, None))) for group in Group.with_feeds()
    ]
    return {"feeds": sorted(rows, key=lambda row: -row["failures"])}


@router.get("/stats", response=Stats, **named("read_stats"))
def stats(request: HttpRequest) -> dict[str, Any]:
    """Count what there is, what waits, and what was decided each month."""
    caller_of(request).require("event", "view")
    caller_of(request).require("group", "view")
    return {"events": _counts(Event), "groups": _counts(Group), "tallies": _tallies()}


def _health(group: Group, feed: Any, fresh: Any) -> dict[str, Any]:
    return {
        "group_id": group.group_id,
        "name": group.name,
        "ical": group.ical,
        "last_success_at": fresh and fresh.read_at,
        "failing": bool(feed and feed.failures) or bool(fresh and fresh.failing),
        "failures": int(feed.failures) if feed else 0,
        "last_error": feed and feed.last_error,
        "events": feed and feed.occurrences,
    }


def _counts(model: type[Moderated]) -> dict[str, Any]:
    by_status: Any = model.by_status  # type: ignore[attr-defined]
    oldest = next(iter(by_status.query(PENDING, limit=1)), None)
    return {
        **{status: by_status.count(status) for status in STATUSES},
        "to_review": sum(1 for _ in Review.waiting(model.KIND)),
        "oldest_pending_at": oldest and oldest.submitted_at,
    }


def _tallies() -> list[dict[str, Any]]:
    return [
        {
            "month": tally.sort.partition("#")[0],
            "kind": tally.sort.partition("#")[2],
            "decisions": {name: int(getattr(tally, name)) for name in COUNTED},
        }
        for tally in Tally.all()
    ]
