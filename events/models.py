"""Events and categories: what is stored, how an event is known again, and every query by name."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import merge
from itertools import groupby
from textwrap import shorten
from typing import Any, Self

from django.conf import settings
from django.utils.text import slugify
from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.exceptions import PutError, TransactWriteError, UpdateError
from pynamodb.expressions.update import Action

from dctech.dynamodb import (
    DateAttribute,
    ExpiryAttribute,
    JSONAttribute,
    Table,
    TextListAttribute,
    TimestampAttribute,
    WallTimeAttribute,
    lost_race,
    transaction,
)
from dctech.moderation import Act, Moderated
from events.costs import is_free
from events.editing import settled
from events.indexes import DateIndex, GroupIndex, StatusIndex
from events.tombstones import Tombstone

EVERYWHERE = "ALL"
"""The value of `state` for what belongs to no region: virtual events and unknown places."""

LONGEST = dt.timedelta(days=31)
"""How far a list looks back for events that still run. One that lasts longer leaves the lists after this."""


DAYS_AHEAD = 180
"""How far the calendar looks: pages, files, counts and search alike, as far as feeds are read."""

NIGHT_ENDS = dt.time(6)
LONGEST_NIGHT = dt.timedelta(hours=12)

EXCERPT_LENGTH = 240
ID_LENGTH = 64
"""SHA-256 in hexadecimal digits."""


class StaleEvent(Exception):  # noqa: N818 - it is a state of the event, not a fault
    """The event is not as it was read: somebody else wrote it, moved it or made it meanwhile."""


class Event(Moderated):
    """One occurrence of something people can go to.

    `event_id` is SHA-256 over (url, title, start date, start time) as first seen; then it never changes, whatever
    happens to the event: it is the address of its page and the UID that subscribers hold. The key holds the start as
    well, so a conditional put does not make event_id unique by itself: read by event_id first (`Event.find`).
    """

    KIND = "event"

    class Meta(Moderated.TableMeta):
        table_name = settings.EVENTS_TABLE_NAME

    event_id = UnicodeAttribute(hash_key=True)
    start_datetime = WallTimeAttribute(range_key=True)
    end_datetime = WallTimeAttribute()
    """Exclusive; midnight after the last day when all_day."""
    all_day = BooleanAttribute(default=False)
    timezone = UnicodeAttribute(null=True)
    """The event's own zone where it is not the site's. Stored times are always in the site's zone."""
    sessions = JSONAttribute(null=True)
    """[{"start": wall time, "end": wall time}] where the days of a longer event have times of their own."""
    previous_start = WallTimeAttribute(null=True)

    title = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    """Plain text, for calendars and feeds."""
    description_html = UnicodeAttribute(null=True)
    """Sanitised, for the page; None where the text is all there is."""
    markdown = UnicodeAttribute(null=True)
    """What people wrote and edit, where `description` and `description_html` were made of it."""
    excerpt = UnicodeAttribute(null=True)
    """The beginning of the description, for lists and calendars: indexes leave the description itself out."""
    url = UnicodeAttribute(null=True)
    cost = UnicodeAttribute(null=True)
    categories = TextListAttribute(null=True)
    event_status = UnicodeAttribute(null=True)
    """RFC 5545 STATUS, or schema.org's eventStatus: CONFIRMED, TENTATIVE, CANCELLED, POSTPONED."""

    location = UnicodeAttribute(null=True)
    location_type = UnicodeAttribute(default="in_person")
    city = UnicodeAttribute(null=True)
    region = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    """One of the site's regions, or ALL; present only while the event is listed. see `state_if_listed`."""
    geo = JSONAttribute(null=True)
    """[latitude, longitude]"""

    group_id = UnicodeAttribute(null=True)
    group_name = UnicodeAttribute(null=True)
    group_website = UnicodeAttribute(null=True)
    also_published_by = JSONAttribute(null=True)
    """[{"group_id", "group_name", "group_website", "url"}] of the other groups that announce it."""

    source_type = UnicodeAttribute()
    uid = UnicodeAttribute(null=True)
    recurrence_id = UnicodeAttribute(null=True)
    sequence = NumberAttribute(default=0)
    feed_hash = UnicodeAttribute(null=True)
    """What the feed said when the event was last written: equal means there is nothing to do."""
    last_seen_date = DateAttribute(null=True)
    locks = JSONAttribute(null=True)
    """field -> {"value", "by", "at", "reason"}"""
    feed_values = JSONAttribute(null=True)
    """field -> what the feed says, for locked fields"""

    withdrawn_at = TimestampAttribute(null=True)
    hidden = BooleanAttribute(null=True)
    duplicate_of = UnicodeAttribute(null=True)

    changed_at = TimestampAttribute()
    """Moves only when what the public sees does."""
    ttl = ExpiryAttribute(null=True)
    imported = JSONAttribute(null=True)
    """{"file", "text", "comments", "unknown"} of an item that came out of the old site's files."""
    by_date = DateIndex()
    by_group = GroupIndex()
    by_status = StatusIndex()

    @staticmethod
    def excerpt_of(description: str | None) -> str | None:
        """Return the first words of a description, at most EXCERPT_LENGTH characters."""
        return shorten(description or "", EXCERPT_LENGTH, placeholder=" …") or None

    @staticmethod
    def identify(url: str, title: str, start: dt.datetime, *, all_day: bool, uid: str = "") -> str:
        """Return the event_id for what was first seen like this. `uid` joins in only where the hash is taken."""
        time = "" if all_day else f"{start:%H:%M}"
        seen = [url, title, f"{start:%Y-%m-%d}", time, *([uid] if uid else [])]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()

    @property
    def key(self) -> str:
        return self.event_id

    @property
    def label(self) -> str:
        return self.title

    def settled(self, changes: Mapping[str, Any], act: Act) -> dict[str, Any]:
        return settled(self, changes, act)

    @classmethod
    def find(cls, event_id: str) -> "Event | None":
        """Return the event, wherever in time it has moved to; None when there is none."""
        if not 0 < len(event_id) <= ID_LENGTH:  # from an address: DynamoDB refuses a key over 2 KB
            return None
        return next(iter(cls.query(event_id, consistent_read=True, limit=1)), None)

    @classmethod
    def upcoming(cls, now: dt.datetime, days: int, states: Sequence[str]) -> list["Event"]:
        """Return listed events that run at `now` (wall time) or start within `days`, by start."""
        until = now.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=days)
        return cls.between(now, until, states)

    @classmethod
    def between(cls, start: dt.datetime, end: dt.datetime, states: Sequence[str]) -> list["Event"]:
        """Return listed events that run within [start, end), wall times, in these partitions, by start."""
        found = [
            event
            for state in states
            for event in cls.by_date.query(
                state, cls.start_datetime.between(start - LONGEST, end - dt.timedelta(seconds=1))
            )
            if event.ends_after(start)
        ]
        return sorted(found, key=lambda event: (event.start_datetime, event.title))

    @classmethod
    def in_order(
        cls, first: dt.datetime, last: dt.datetime, states: Sequence[str], at_once: int
    ) -> Iterator["Event"]:
        """Yield listed events that start within [first, last], by start and id; reads as far as it is asked to.

        What each partition is asked for `at_once` bounds what a page that stops early has read in vain.
        """
        within = cls.start_datetime.between(first, last)
        partitions = (
            _by_id(cls.by_date.query(state, within, page_size=at_once)) for state in states
        )
        return merge(*partitions, key=_in_order)

    @classmethod
    def of_group_in_order(
        cls, group_id: str, first: dt.datetime, at_once: int
    ) -> Iterator["Event"]:
        """Yield a group's listed events that start from `first` on, in the same order."""
        found = cls.by_group.query(group_id, cls.start_datetime >= first, page_size=at_once)
        return _by_id(event for event in found if event.listed)

    @classmethod
    def of_group(cls, group_id: str, since: dt.datetime | None = None) -> Iterator["Event"]:
        """Return all of a group's events, listed or not, as GroupIndex projects them."""
        later = None if since is None else cls.start_datetime >= since
        return cls.by_group.query(group_id, later)

    @classmethod
    def coming_of_group(cls, group_id: str, now: dt.datetime) -> Iterator["Event"]:
        """Return a group's listed events that run at `now` (wall time) or are to come, by start."""
        found = cls.of_group(group_id, since=now - LONGEST)
        return (event for event in found if event.listed and event.ends_after(now))

    def create(self) -> None:
        """Store a new event; raise StaleEvent when its key is taken."""
        try:
            self.save(condition=Event.event_id.does_not_exist())
        except PutError as error:
            if lost_race(error):
                raise StaleEvent(self.event_id) from error
            raise

    def revise(self, changes: Mapping[str, Any], *, now: dt.datetime) -> None:
        """Set attributes (None removes one); raise StaleEvent when the event is not as it was read.

        Works on what an index projects as well: only the key and the version are needed.
        """
        actions: list[Action] = [Event.updated_at.set(now), Event.version.set(self.version + 1)]
        for name, value in changes.items():
            attribute = getattr(Event, name)
            actions.append(attribute.remove() if value is None else attribute.set(value))
        try:
            self.update(actions=actions, condition=Event.version == self.version)
        except UpdateError as error:
            if lost_race(error):
                raise StaleEvent(self.event_id) from error
            raise

    def move(self, changes: Mapping[str, Any], *, now: dt.datetime) -> None:
        """Take the event to another start: delete and put in one transaction, everything else is kept.

        Needs the whole event (`Event.find`), not an index's part of it. Raises StaleEvent when it is not as it was
        read.
        """
        moved = Event(**{**self.attribute_values, **changes})
        moved.updated_at, moved.version = now, self.version + 1
        try:
            with transaction() as write:
                write.delete(self, condition=Event.version == self.version)
                write.save(moved, condition=Event.event_id.does_not_exist())
        except TransactWriteError as error:
            if lost_race(error):
                raise StaleEvent(self.event_id) from error
            raise

    def seen(self, today: dt.date, *, now: dt.datetime) -> None:
        """Note that the feed still has it: no new version, so that nobody's edit becomes stale by it."""
        expiry = self.expiry()
        try:
            self.update(
                actions=[
                    Event.last_seen_date.set(today),
                    Event.updated_at.set(now),
                    Event.ttl.set(expiry) if expiry else Event.ttl.remove(),
                ],
                condition=Event.event_id.exists(),
            )
        except UpdateError as error:
            if lost_race(error):
                raise StaleEvent(self.event_id) from error
            raise

    def ends_after(self, now: dt.datetime) -> bool:
        """Tell whether the event still runs or is to come. One without a length ends when it starts."""
        return self.end_datetime > now or self.start_datetime >= now

    @property
    def starts_at(self) -> dt.datetime:
        """The start with the site's offset."""
        return self.start_datetime.replace(tzinfo=settings.SITE_ZONE)

    @property
    def last_day(self) -> dt.date:
        """The last date it is on: one that ends at midnight, or a night out, ends on the day before."""
        start, end = self.start_datetime, self.end_datetime
        if not self.all_day and end.time() < NIGHT_ENDS and end - start < LONGEST_NIGHT:
            end -= dt.timedelta(days=1)
        return max((end - dt.timedelta(microseconds=1)).date(), start.date())

    @property
    def session_times(self) -> list[dict[str, dt.datetime | None]]:
        """The sessions, as wall times."""
        return [
            {
                "start": dt.datetime.fromisoformat(session["start"]),
                "end": dt.datetime.fromisoformat(session["end"]) if session.get("end") else None,
            }
            for session in self.sessions or []
        ]

    @property
    def is_free(self) -> bool:
        return is_free(self.cost or "")

    @property
    def cancelled(self) -> bool:
        return self.event_status == "CANCELLED"

    @property
    def slug(self) -> str:
        return _slug(self.title)

    @property
    def listed(self) -> bool:
        """Whether the public may see it: approved, not withdrawn, hidden or merged into another."""
        return self.status == "approved" and not (
            self.withdrawn_at or self.hidden or self.duplicate_of
        )

    @property
    def leaves_lists_at(self) -> dt.datetime:
        """The moment from which lists of what is to come leave it out."""
        end = max(self.start_datetime, min(self.end_datetime, self.start_datetime + LONGEST))
        return end.replace(tzinfo=settings.SITE_ZONE)

    def departure(self, changed: Self | None, act: Act) -> Tombstone | None:
        if not self.listed:
            return None
        if not (changed and changed.listed):
            return Tombstone.of(self.event_id, act.now)
        earlier = changed.leaves_lists_at
        if earlier < self.leaves_lists_at and act.now < self.leaves_lists_at:
            return Tombstone.of(self.event_id, act.now, over_at=earlier)
        return None

    def state_if_listed(self) -> str | None:
        """Return what `state` must hold: the partition of DateIndex, or None for what no public list may read."""
        if not self.listed:
            return None
        here = self.location_type != "virtual" and self.region in settings.SITE_REGIONS
        return self.region if here else EVERYWHERE

    def expiry(self) -> dt.datetime | None:
        """Return when DynamoDB may delete it: its end and EVENT_RETENTION_DAYS (0: never)."""
        if not settings.EVENT_RETENTION_DAYS:
            return None
        end = max(self.end_datetime, self.start_datetime).replace(tzinfo=settings.SITE_ZONE)
        return end + dt.timedelta(days=settings.EVENT_RETENTION_DAYS)

    def expired(self, now: dt.datetime) -> bool:
        """Tell whether its retention is over, whether or not DynamoDB has deleted it yet.

        Works on what an index projects as well, which leaves the ttl out.
        """
        ends = [moment for moment in (self.ttl, self.expiry()) if moment]
        return bool(ends) and min(ends) <= now


def _in_order(event: Event) -> tuple[dt.datetime, str]:
    # Asked for some times of each event: a model's attributes cost more.
    said = event.attribute_values
    return said["start_datetime"], said["event_id"]


def _by_id(events: Iterable[Event]) -> Iterator[Event]:
    """Put what starts at the same time in order: an index leaves it as it comes."""
    for _, together in groupby(events, key=lambda event: event.attribute_values["start_datetime"]):
        yield from sorted(together, key=_in_order)


@lru_cache(maxsize=5_000)
def _slug(title: str) -> str:
    """Return a title's place in addresses. Kept, since a page of two hundred events asks for as many."""
    return slugify(title)[:60].strip("-") or "event"


class Category(Table):
    """A subject to browse by. All share one partition, so that listing them is one Query."""

    class Meta(Table.TableMeta):
        table_name = settings.CATEGORIES_TABLE_NAME

    kind = UnicodeAttribute(hash_key=True, default="category")
    slug = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    imported = JSONAttribute(null=True)
    version = VersionAttribute()

    @classmethod
    def all(cls) -> list["Category"]:
        return sorted(cls.query("category"), key=lambda category: category.name.casefold())
