"""The staff's endpoints of events."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from django.conf import settings
from ninja import Schema
from pydantic import AwareDatetime, Field

from dctech.api.editing import changes_of
from dctech.api.moderated import staff_router
from dctech.api.problems import Problem
from dctech.api.staff_schemas import Edit, ModeratedOut, moderation_of
from dctech.api.staffed import Staffed
from events.api.payload import event as public
from events.models import Event

CALLED = {"start_datetime": "start", "end_datetime": "end", "region": "state"}
"""field of the form -> of the body, where they differ"""

TIMES = ("start_datetime", "end_datetime")


class EventEdit(Edit):
    """What is not sent stays as it is; null empties a field."""

    title: str = Field("", min_length=1)
    description: str | None = None
    url: str | None = None
    start: str | None = Field(
        None,
        description="Without an offset: in the calendar's zone.",
        examples=["2026-09-02T18:30:00-04:00"],
    )
    end: str | None = Field(None, description="Of whole days the midnight after the last.")
    all_day: bool = False
    event_status: str | None = Field(None, examples=["CANCELLED"])
    location_type: Literal["in_person", "virtual", "hybrid"] = "in_person"
    location: str | None = None
    city: str | None = None
    state: str | None = None
    group_name: str | None = None
    group_website: str | None = None
    cost: str | None = None
    categories: list[str] | None = Field(None, max_length=50)


class LockOut(Schema):
    value: Any
    by: str
    at: str | None
    reason: str | None
    feed: Any = Field(description="What the feed says now.")


class StaffEvent(ModeratedOut):
    event_id: str
    title: str
    description: str | None
    start: AwareDatetime
    end: AwareDatetime
    all_day: bool
    timezone: str
    event_status: str | None
    url: str | None
    location_type: str
    location: str | None
    city: str | None
    state: str | None
    group_id: str | None
    group_name: str | None
    group_website: str | None
    cost: str | None
    categories: list[str]
    source_type: str
    listed: bool = Field(description="Whether the public sees it.")
    html_url: str
    locks: dict[str, LockOut] = Field(description="Fields that the feed does not change.")


def shown(event: Event) -> dict[str, Any]:
    said = public(event)
    same = ("event_id", "title", "start", "end", "all_day", "timezone", "categories", "html_url")
    own = ("description", "event_status", "url", "location_type", "location", "city", "cost")
    rest = ("group_id", "group_name", "group_website", "source_type", "listed")
    feed = event.feed_values or {}
    return {
        **moderation_of(event),
        **{name: said[name] for name in same},
        **{name: getattr(event, name) for name in (*own, *rest)},
        "state": event.region,
        "locks": {
            name: {
                "value": lock["value"],
                "by": lock["by"],
                "at": lock.get("at"),
                "reason": lock.get("reason"),
                "feed": feed.get(name),
            }
            for name, lock in (event.locks or {}).items()
        },
    }


def changes(event: Event, said: Mapping[str, Any]) -> dict[str, Any]:
    from events.admin_models import Event as Shown  # noqa: PLC0415 - the admin, which only the staff need

    fields = {form: said[body] for form, body in CALLED.items() if body in said}
    fields |= {name: value for name, value in said.items() if name not in CALLED.values()}
    fields |= {name: _wall(fields[name], CALLED[name]) for name in TIMES if name in fields}
    collected = event.source_type == "ical"
    fixed = {"group_name", "group_website"} if collected else set()
    return changes_of(Shown.from_item(event), fields, called=CALLED, fixed=fixed)


def _wall(text: str | None, name: str) -> dt.datetime | None:
    """Return a moment as events are stored; raise Problem 422."""
    try:
        moment = dt.datetime.fromisoformat(text) if text else None
        if moment and moment.tzinfo:
            moment = moment.astimezone(settings.SITE_ZONE).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise Problem(
            422, errors=[(name, "Write a time like 2026-09-02T18:30:00-04:00.")]
        ) from None
    return moment and moment.replace(microsecond=0)


router = staff_router(Staffed(Event, StaffEvent, EventEdit, shown, changes))
