"""What follows from a change of an event: derived attributes, and locks where a feed would change it back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dctech.moderation.values import plain, real

if TYPE_CHECKING:
    from dctech.moderation import Act
    from events.models import Event

PUBLIC = (
    "title",
    "start_datetime",
    "end_datetime",
    "all_day",
    "timezone",
    "sessions",
    "description",
    "description_html",
    "excerpt",
    "url",
    "cost",
    "categories",
    "event_status",
    "location",
    "location_type",
    "city",
    "region",
    "geo",
    "group_name",
    "group_website",
    "hidden",
    "duplicate_of",
)
"""What a reader of the site can see: a change of one of these moves `changed_at`."""

SIGNIFICANT = {"start_datetime", "end_datetime", "all_day", "event_status", "location"}
"""A change of one of these is a new SEQUENCE (RFC 5546, section 2.1.4, and the place, which people travel to)."""

LOCKABLE = {*PUBLIC, "markdown"} - {"excerpt", "group_name", "group_website", "geo"}
"""What people may set of a collected event so that its feed does not change it back."""

TOGETHER = {"description": ("description", "description_html", "markdown")}
"""Locks that come and go as one."""


def settled(event: "Event", changes: Mapping[str, Any], act: "Act") -> dict[str, Any]:
    """Return `changes` and what follows from them; an edit of a collected event locks what it sets."""
    values = dict(changes)
    if "description" in values:
        values["excerpt"] = event.excerpt_of(values["description"])
        values = {"description_html": None, "markdown": None} | values
    if event.source_type == "ical" and "locks" not in changes:
        values |= _locking(event, values, act)
    if "start_datetime" in values and event.listed:
        values["previous_start"] = event.start_datetime
    was_listed = event.listed
    after = type(event)(**{**event.attribute_values, **values})
    if was_listed != after.listed or (after.listed and values.keys() & set(PUBLIC)):
        values["changed_at"] = act.now
    if was_listed and (not after.listed or values.keys() & SIGNIFICANT):
        values["sequence"] = int(event.sequence) + 1
    return values | {"state": after.state_if_listed(), "ttl": after.expiry()}


def _locking(event: "Event", values: Mapping[str, Any], act: "Act") -> dict[str, Any]:
    """Return the locks that hold an edit, and what the feed says of the same fields until it says something else."""
    names = sorted(LOCKABLE & values.keys())
    if not names:
        return {}
    lock = {"by": act.by, "at": act.now.isoformat(timespec="seconds"), "reason": act.reason}
    locks = {**(event.locks or {}), **{n: {"value": plain(values[n]), **lock} for n in names}}
    if "start_datetime" in names:
        locks.pop("time", None)  # the old site's way of saying less of the same
    said = {**{n: plain(getattr(event, n)) for n in names}, **(event.feed_values or {})}
    said = {name: value for name, value in said.items() if name in locks}
    return {"locks": locks, "feed_values": said, "feed_hash": None}


def unlocking(event: "Event", name: str) -> dict[str, Any]:
    """Return what gives a locked field back to the feed: its value at once, and the next read may change it."""
    locks, said = dict(event.locks or {}), dict(event.feed_values or {})
    values: dict[str, Any] = {}
    attributes = event.get_attributes()
    for each in TOGETHER.get(name, (name,)):
        locks.pop(each, None)
        if each in said and each in attributes:
            values[each] = real(attributes[each], said[each])
        said.pop(each, None)
    return {**values, "locks": locks or None, "feed_values": said or None, "feed_hash": None}
