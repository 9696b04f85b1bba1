"""What an event becomes when its feed, or another group's, says something of it: what to write, and why. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.announce import Announcement, feed_hash
from collector.models import Overlay
from collector.place import locate
from dctech.moderation.values import plain, real
from events.editing import PUBLIC, SIGNIFICANT
from events.models import ID_LENGTH, Event

NOTICED = {"start_datetime", "event_status", "title", "location", "location_type"}
"""A change of one of these gets a History record."""


ATTRIBUTES = Event.get_attributes()


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of the clock, as a moment and as wall time in the site's zone."""

    now: dt.datetime
    wall: dt.datetime

    @property
    def today(self) -> dt.date:
        return self.wall.date()


@dataclass(frozen=True, slots=True)
class Revision:
    """Attributes to set (None removes) and what to call it: moved, cancelled, restored, changed, or nothing public."""

    fields: dict[str, Any]
    what: str
    before: dict[str, Any] = field(default_factory=dict)
    """The old values of what people notice, and `after` the new; empty when nothing noticeable changed."""
    after: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overlays:
    """The corrections of the old site, by its hashes."""

    by_hash: Mapping[str, Overlay] = field(default_factory=dict)

    def matching(self, announcement: Announcement) -> list[str]:
        """Return the hashes of this event that wait for it still."""
        return sorted(
            name
            for name in announcement.legacy_hashes & self.by_hash.keys()
            if self.by_hash[name].event_id is None
        )

    def locks(self, names: Iterable[str], now: dt.datetime) -> dict[str, Any]:
        """Return what these corrections become: field -> {"value", "by", "at", "reason"}."""
        return {
            name: {
                "value": value,
                "by": "import",
                "at": now.isoformat(timespec="seconds"),
                "reason": overlay.reason,
            }
            for overlay in (self.by_hash[key] for key in names)
            for name, value in (overlay.fields or {}).items()
        }

    def event_id(self, name: str) -> str | None:
        """Return our id of the event that the old site called `name`; None while it is unknown."""
        overlay = self.by_hash.get(name)
        return overlay.event_id if overlay else None


def decisions(locks: Mapping[str, Any], overlays: Overlays) -> dict[str, Any]:
    """Return field -> value of what people have decided; a `duplicate_of` whose target is unknown decides nothing."""
    decided = {name: lock["value"] for name, lock in sorted(locks.items())}
    if "duplicate_of" in decided:
        target = decided.pop("duplicate_of")
        known = target if len(target) == ID_LENGTH else overlays.event_id(target)
        if known:
            decided["duplicate_of"] = known
    return decided


def shown(announcement: Announcement, decided: Mapping[str, Any]) -> dict[str, Any]:
    """Return the public attributes of an event: what the feed says, under what people have decided."""
    values = announcement.fields() | dict.fromkeys(("hidden", "duplicate_of", "sessions"))
    # The place first: a city or a region that somebody has set stands above what its text says.
    for name, value in sorted(decided.items(), key=lambda item: (item[0] != "location", item[0])):
        if name == "time":
            values |= _at_time(announcement, value)
        elif name == "location":
            place = locate(value)
            values |= {
                "location": value,
                "city": place.city or None,
                "region": place.region or None,
            }
        elif name == "description":
            values |= {"description": value, "description_html": None}
        else:
            values[name] = real(ATTRIBUTES[name], value) or None
    values["all_day"] = bool(values["all_day"])
    return values | {"excerpt": Event.excerpt_of(values["description"])}


def _at_time(announcement: Announcement, time: str) -> dict[str, Any]:
    start = dt.datetime.combine(announcement.start, dt.time.fromisoformat(time))
    length = dt.timedelta() if announcement.all_day else announcement.end - announcement.start
    return {"start_datetime": start, "end_datetime": start + length, "all_day": False}


def creation(announcement: Announcement, moment: Moment, overlays: Overlays) -> Event:
    """Return the event that an announcement is when nothing of it is stored: approved, because its group is."""
    locks = overlays.locks(overlays.matching(announcement), moment.now)
    decided = decisions(locks, overlays)
    event = Event(
        event_id=announcement.event_id(),
        **shown(announcement, decided),
        source_type="ical",
        status="approved",
        submitted_at=moment.now,
        created_at=moment.now,
        updated_at=moment.now,
        changed_at=moment.now,
        last_seen_date=moment.today,
        feed_hash=feed_hash(announcement, decided),
        locks=locks or None,
        feed_values=_feed_values(announcement, locks),
    )
    event.state = event.state_if_listed()
    event.ttl = event.expiry()
    return event


def revision(
    event: Event, announcement: Announcement, moment: Moment, overlays: Overlays
) -> Revision | None:
    """Return what to write of a whole stored event, now that its feed says this of it; None when it is so already.

    Status is never among it.
    """
    locks = {**(event.locks or {}), **overlays.locks(overlays.matching(announcement), moment.now)}
    decided = decisions(locks, overlays)
    values = shown(announcement, decided)
    changed = {name: values[name] for name in PUBLIC if _differ(getattr(event, name), values[name])}
    fields: dict[str, Any] = {
        **changed,
        "uid": announcement.uid,
        "recurrence_id": announcement.recurrence_id or None,
        "feed_hash": feed_hash(announcement, decided),
        "last_seen_date": moment.today if event.source_type == "ical" else None,
    }
    if locks != (event.locks or {}):
        fields["locks"] = locks
    if locks:
        fields["feed_values"] = _feed_values(announcement, locks)
    if event.withdrawn_at:
        fields["withdrawn_at"] = None
    if changed or event.withdrawn_at:
        fields["changed_at"] = moment.now
    if SIGNIFICANT & changed.keys() or event.withdrawn_at:
        fields["sequence"] = int(event.sequence) + 1
    if "start_datetime" in changed:
        fields["previous_start"] = event.start_datetime
    fields |= _derived(event, fields)
    if all(getattr(event, name) == value for name, value in fields.items()):
        return None
    noticed = sorted(NOTICED & changed.keys())
    before = {name: getattr(event, name) for name in noticed}
    after = {name: changed[name] for name in noticed}
    if event.withdrawn_at:
        before["listed"], after["listed"] = False, True
    return Revision(fields, _name(event, changed), before, after)


def withdrawal(event: Event, moment: Moment) -> Revision:
    """Return what takes an absent event off the public pages until the feed lists it again."""
    fields = {
        "withdrawn_at": moment.now,
        "state": None,
        "changed_at": moment.now,
        "sequence": int(event.sequence) + 1,
    }
    return Revision(fields, "withdrawn", {"listed": True}, {"listed": False})


def crosspost(event: Event, announcement: Announcement, moment: Moment) -> Revision | None:
    """Return what notes another group's announcement of an event, and brings it back if it was withdrawn."""
    others = [*_others(event, announcement.group_id), _publisher(announcement)]
    fields: dict[str, Any] = {}
    if others != (event.also_published_by or []):
        fields = {"also_published_by": others, "changed_at": moment.now}
    if not event.withdrawn_at or announcement.event_status == "CANCELLED":
        return Revision(fields, "crossposted") if fields else None
    fields |= {
        "withdrawn_at": None,
        "changed_at": moment.now,
        "last_seen_date": moment.today,
        "sequence": int(event.sequence) + 1,
    }
    fields |= _derived(event, fields)
    return Revision(fields, "restored", {"listed": False}, {"listed": True})


def crosspost_taken_back(event: Event, group_id: str, moment: Moment) -> Revision | None:
    """Return what removes a group that announces an event no more; None when it is over, or was not named."""
    others = _others(event, group_id)
    if others == (event.also_published_by or []) or not event.ends_after(moment.wall):
        return None
    return Revision({"also_published_by": others or None, "changed_at": moment.now}, "changed")


def _others(event: Event, group_id: str) -> list[dict[str, str]]:
    return [other for other in event.also_published_by or [] if other["group_id"] != group_id]


def _publisher(announcement: Announcement) -> dict[str, str]:
    return {
        "group_id": announcement.group_id,
        "group_name": announcement.group_name,
        "group_website": announcement.group_website,
        "url": announcement.url,
    }


def _derived(event: Event, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return `state` and `ttl` as they must be once `fields` are set."""
    after = Event(**{**event.attribute_values, **fields})
    derived = {"state": after.state_if_listed(), "ttl": after.expiry()}
    return {name: value for name, value in derived.items() if value != getattr(event, name)}


def _feed_values(announcement: Announcement, locks: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the feed says of the locked fields."""
    said = announcement.fields() | {
        "time": None if announcement.all_day else f"{announcement.start:%H:%M}"
    }
    return {name: plain(said.get(name)) for name in sorted(locks)} or None


def _differ(stored: object, value: object) -> bool:
    return (stored or None) != (value or None)


def _name(event: Event, changed: Mapping[str, Any]) -> str:
    if event.withdrawn_at:
        return "restored"
    if changed.get("event_status") == "CANCELLED":
        return "cancelled"
    if "start_datetime" in changed:
        return "moved"
    return "changed" if changed else "unchanged"
