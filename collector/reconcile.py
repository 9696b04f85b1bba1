"""Which announcement is which stored event, what is new, what is missing: identity and absence. Pure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from collector.announce import Announcement, feed_hash
from collector.revision import Moment, Overlays, decisions
from events.models import Event


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """What reconciling needs to know of a read: see `Feed` for the dates.

    `complete` is False when the calendar was cut short: then what is not in it proves nothing.
    """

    window_end: dt.date
    previous_success_date: dt.date | None
    complete: bool = True
    stable_uids: bool = True
    broken_uids: frozenset[str] = frozenset()
    """Events that are in the feed and could not be read: they are not missing."""
    crossposts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(uid, recurrence id) -> event_id of another group's event that this feed announces as well."""


@dataclass(slots=True)
class Plan:
    """What there is to do. `revised` pairs a stored event with what is announced of it now."""

    record: FeedRecord
    new: list[Announcement] = field(default_factory=list)
    revised: list[tuple[Event, Announcement]] = field(default_factory=list)
    seen: list[Event] = field(default_factory=list)
    unchanged: int = 0
    absent: list[Event] = field(default_factory=list)
    crossposted: list[tuple[str, Announcement]] = field(default_factory=list)
    """(event_id of another group's event, what this feed says of it)"""
    repeated: int = 0
    """Announced twice in one feed: one event."""


def reconcile(
    stored: Iterable[Event],
    read: Iterable[Announcement],
    record: FeedRecord,
    moment: Moment,
    overlays: Overlays | None = None,
) -> Plan:
    """Match what was read with what is stored of the same group, and say what follows."""
    plan = Plan(record)
    pairs, announced, left = _match(
        list(stored), list(read), moment, stable_uids=record.stable_uids
    )
    for event, announcement in pairs:
        _sort_pair(plan, event, announcement, moment, overlays or Overlays())
    taken = {(event.event_id, announcement.start) for event, announcement in pairs}
    for announcement in announced:
        identity = (announcement.event_id(), announcement.start)
        known_as = record.crossposts.get((announcement.uid, announcement.recurrence_id))
        if known_as and record.stable_uids:
            plan.crossposted.append((known_as, announcement))
        elif identity in taken:
            plan.repeated += 1
        else:
            taken.add(identity)
            plan.new.append(announcement)
    plan.absent = [event for event in left if is_absent(event, record, moment)]
    return plan


def _sort_pair(
    plan: Plan, event: Event, announcement: Announcement, moment: Moment, overlays: Overlays
) -> None:
    decided = decisions(event.locks or {}, overlays)
    if (
        event.feed_hash != feed_hash(announcement, decided)
        or event.withdrawn_at
        or event.state != event.state_if_listed()
        or overlays.matching(announcement)
    ):
        plan.revised.append((event, announcement))
    elif event.last_seen_date != moment.today:
        plan.seen.append(event)
    else:
        plan.unchanged += 1


def _match(
    stored: list[Event], read: list[Announcement], moment: Moment, *, stable_uids: bool
) -> tuple[list[tuple[Event, Announcement]], list[Announcement], list[Event]]:
    """Pair by what identifies best first; return the pairs and what is left on both sides.

    The last two steps are for a series that was moved as a whole: its recurrence ids are all new, and yet it is the
    same meeting on the same day, or in the same week.
    """
    pairs: list[tuple[Event, Announcement]] = []
    stored = [event for event in stored if event.source_type == "ical"]

    def step(
        key_of_event: Callable[[Event], Hashable],
        key_of_read: Callable[[Announcement], Hashable],
        *,
        past: bool = True,
    ) -> None:
        waiting: dict[Hashable, list[Event]] = defaultdict(list)
        for event in stored:
            if past or event.ends_after(moment.wall):
                waiting[key_of_event(event)].append(event)
        for announcement in read[:]:
            if candidates := waiting.get(key_of_read(announcement)):
                event = candidates.pop(0)
                stored.remove(event)
                read.remove(announcement)
                pairs.append((event, announcement))

    if stable_uids:
        step(
            lambda e: (e.uid, e.recurrence_id or "", e.start_datetime),
            lambda a: (a.uid, a.recurrence_id, a.start),
        )
        step(lambda e: (e.uid, e.recurrence_id or ""), lambda a: (a.uid, a.recurrence_id))
    step(lambda e: e.event_id, lambda a: a.event_id())
    if stable_uids:
        step(
            lambda e: (e.uid, e.start_datetime.date()),
            lambda a: (a.uid, a.start.date()),
            past=False,
        )
        step(
            lambda e: (e.uid, e.start_datetime.isocalendar()[:2]),
            lambda a: (a.uid, a.start.isocalendar()[:2]),
            past=False,
        )
    return pairs, read, stored


def is_absent(event: Event, record: FeedRecord, moment: Moment) -> bool:
    """Tell whether an event that the feed no longer has is to leave the public pages.

    Not on its own day, nor afterwards; not a cancelled one, which is there to say so; and only when it was missing on
    an earlier day's successful read as well: `last_seen_date` is measured against the feed's reads, so that an outage
    of theirs or ours hides nothing.
    """
    if not record.complete or event.uid in record.broken_uids:
        return False
    if event.withdrawn_at or event.cancelled or event.status == "rejected":
        return False
    if not moment.today < event.start_datetime.date() < record.window_end:
        return False
    if record.previous_success_date is None or event.last_seen_date is None:
        return False
    yesterday = moment.today - dt.timedelta(days=1)
    return event.last_seen_date < min(yesterday, record.previous_success_date)
