"""An event as the API says it: plain values, written by hand, for building models of them would take as long again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from events.exports.channel import page_address, short_address
from events.models import Event
from events.weblinks import web_address


def event(found: Event) -> dict[str, Any]:
    """Return what every list says of an event: what the indexes hold."""
    # Straight from what was read: a model's attributes cost more than all the rest.
    said = found.attribute_values
    get = said.get
    start, state = said["start_datetime"], get("state")
    return {
        "event_id": said["event_id"],
        "title": said["title"],
        "excerpt": get("excerpt"),
        "start": _offset(start),
        "end": _offset(max(said["end_datetime"], start)),
        "all_day": said["all_day"],
        "timezone": settings.SITE_TIMEZONE,
        "sessions": [_session(times) for times in found.session_times] if get("sessions") else [],
        "previous_start": _offset(get("previous_start")),
        "status": (get("event_status") or "CONFIRMED").lower(),
        "sequence": int(said["sequence"]),
        "url": web_address(get("url")) or None,
        "html_url": page_address(found),
        "ics_url": f"{short_address(found).removesuffix('/')}.ics",
        "location_type": said["location_type"],
        "location": get("location"),
        "city": get("city"),
        "state": state if state in settings.SITE_REGIONS else None,
        "group": _group(said) if get("group_id") else None,
        "also_published_by": [_publisher(other) for other in get("also_published_by") or ()],
        "categories": list(get("categories") or ()),
        "cost": get("cost"),
        "free": found.is_free,
        "updated_at": moment(said["changed_at"]),
    }


def detailed(found: Event) -> dict[str, Any]:
    """Return all that the public may know of a whole event."""
    return {
        **event(found),
        "description": found.description,
        "description_html": found.description_html,
        "own_timezone": found.timezone,
        "geo": [float(number) for number in found.geo] if found.geo else None,
        "created_at": moment(found.created_at),
    }


def moment(at: dt.datetime) -> str:
    """Return a moment in UTC; with a Z, since a + in an address is a space."""
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _offset(wall: dt.datetime | None) -> str | None:
    return wall.replace(tzinfo=settings.SITE_ZONE).isoformat() if wall else None


def _session(times: dict[str, dt.datetime | None]) -> dict[str, str | None]:
    return {name: _offset(wall) for name, wall in times.items()}


def _group(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "group_id": said["group_id"],
        "name": said.get("group_name") or said["group_id"],
        "website": web_address(said.get("group_website")) or None,
    }


def _publisher(other: dict[str, str]) -> dict[str, Any]:
    return {
        "group_id": other["group_id"],
        "name": other.get("group_name") or other["group_id"],
        "website": web_address(other.get("group_website")) or None,
        "url": web_address(other.get("url")) or None,
    }
