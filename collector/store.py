"""Carry a plan out: every write of a collection, each conditional on what was read, each safe to repeat."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pynamodb.exceptions import UpdateError

from collector.announce import Announcement
from collector.models import CrossPost, Overlay
from collector.reconcile import FeedRecord, Plan, is_absent
from collector.revision import (
    Moment,
    Overlays,
    Revision,
    creation,
    crosspost,
    crosspost_taken_back,
    revision,
    withdrawal,
)
from dctech.dynamodb import lost_race
from dctech.models import History
from dctech.moderation import APPROVED, Act
from events.models import Event, StaleEvent

ATTEMPTS = 5
"""How often a write that lost a race is decided anew before the run gives up on it."""


@dataclass(slots=True)
class Outcome:
    """What became of a plan. `changes`: (what, event_id, title)."""

    counts: Counter[str] = field(default_factory=Counter)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    writes: int = 0

    def note(self, done: "Done") -> None:
        self.counts[done.what] += 1
        self.writes += done.writes
        if done.what not in {"seen", "unchanged"}:
            self.changes.append((done.what, done.event.event_id, done.event.title))


@dataclass(frozen=True, slots=True)
class Done:
    what: str
    event: Event
    writes: int
    crossposted: bool = False


class Writer:
    """Writes for one feed. With `dry_run` it decides everything and writes nothing.

    `crossposts` are those of the last read, by event_id.
    """

    def __init__(
        self,
        by: str,
        moment: Moment,
        overlays: Overlays,
        pool: Executor,
        *,
        crossposts: Mapping[str, CrossPost] | None = None,
        dry_run: bool = False,
    ) -> None:
        self.by = by
        self.moment = moment
        self.overlays = overlays
        self.pool = pool
        self.crossposts = crossposts or {}
        self.dry_run = dry_run
        self.stable_uids = True

    def carry_out(self, plan: Plan) -> Outcome:
        """Write a plan, and take back the cross-posts that are announced no more."""
        self.stable_uids = plan.record.stable_uids
        outcome = Outcome()
        outcome.counts["unchanged"] = plan.unchanged
        outcome.counts["repeated"] = plan.repeated
        # What has moved goes first: it makes room for what is new at its old time.
        known = [
            *(partial(self._revise, event.event_id, said) for event, said in plan.revised),
            *(partial(self._see, event) for event in plan.seen),
            *(partial(self._withdraw, event, plan.record) for event in plan.absent),
        ]
        new = [
            *(partial(self.create, announcement) for announcement in plan.new),
            *(partial(self._crosspost, event_id, said) for event_id, said in plan.crossposted),
        ]
        still = set()
        for done in [*self._all(known), *self._all(new)]:
            outcome.note(done)
            if done.crossposted:
                still.add(done.event.event_id)
        if plan.record.complete:
            gone = [
                c
                for c in self.crossposts.values()
                if c.sort not in still and c.day >= self.moment.today
            ]
            for done in self._all(partial(self._take_back, record) for record in gone):
                outcome.note(done)
        outcome.changes.sort()
        return outcome

    def create(self, announcement: Announcement, **more: Any) -> Done:
        """Store a new event, or find that it is known: as another group's, or as ours under an index that lags.

        Where the hash belongs to an event that has moved away, or to one that is nobody's to see, it is hashed again.
        """
        for event_id in self._ids(announcement):
            for _ in range(ATTEMPTS):
                found = Event.find(event_id)
                if found is None:
                    event = creation(announcement, self.moment, self.overlays)
                    for name, value in {"event_id": event_id, **more}.items():
                        setattr(event, name, value)
                    try:
                        return self._create(event, announcement)
                    except StaleEvent:
                        continue
                if is_same(found, announcement):
                    return self._revise(found.event_id, announcement)
                if is_another_groups(found, announcement):
                    return self._crosspost(found.event_id, announcement)
                break
        raise StaleEvent(announcement.event_id(with_uid=True))

    def _ids(self, announcement: Announcement) -> list[str]:
        """Return the ids it may have, best first. A UID that changes from read to read identifies nothing."""
        group_id, uid = announcement.group_id, announcement.uid
        again = [uid, f"{group_id}#{uid}"] if self.stable_uids else [f"{group_id}#"]
        named = [
            dataclasses.replace(
                announcement,
                uid=each,
                recurrence_id=announcement.recurrence_id if self.stable_uids else "",
            )
            for each in again
        ]
        return [announcement.event_id(), *(each.event_id(with_uid=True) for each in named)]

    def _create(self, event: Event, announcement: Announcement) -> Done:
        if self.dry_run:
            return Done("new", event, 0)
        event.create()
        return Done("new", event, 1 + self._bind(event, announcement))

    def _revise(self, event_id: str, announcement: Announcement) -> Done:
        event, decided, writes = self._write(
            event_id, lambda event: revision(event, announcement, self.moment, self.overlays)
        )
        if event is None:
            return self.create(announcement)
        return Done(
            decided.what if decided else "unchanged",
            event,
            writes + self._bind(event, announcement),
        )

    def _withdraw(self, event: Event, record: FeedRecord) -> Done:
        def decide(found: Event) -> Revision | None:
            return withdrawal(found, self.moment) if is_absent(found, record, self.moment) else None

        found, decided, writes = self._write(event.event_id, decide)
        return Done("withdrawn" if decided else "unchanged", found or event, writes)

    def _crosspost(self, event_id: str, announcement: Announcement) -> Done:
        event, decided, writes = self._write(
            event_id,
            lambda event: (
                crosspost(event, announcement, self.moment) if event.status == APPROVED else None
            ),
        )
        if event is None or event.status != APPROVED:
            return self.create(announcement)
        if (
            event.source_type == "ical"
            and announcement.event_status != "CANCELLED"
            and event.last_seen_date != self.moment.today
        ):
            writes += self._see(event).writes
        writes += self._note_crosspost(event, announcement)
        return Done(decided.what if decided else "unchanged", event, writes, crossposted=True)

    def _note_crosspost(self, event: Event, announcement: Announcement) -> int:
        record = CrossPost(
            f"crossposts#{announcement.group_id}",
            event.event_id,
            uid=announcement.uid,
            recurrence_id=announcement.recurrence_id or None,
            day=event.start_datetime.date(),
            ttl=event.expiry(),
        )
        known = self.crossposts.get(event.event_id)
        if self.dry_run or (known and known.attribute_values == record.attribute_values):
            return 0
        record.save()
        return 1

    def _take_back(self, record: CrossPost) -> Done:
        group_id = self.by.removeprefix("feed:")
        event, decided, writes = self._write(
            record.sort, lambda event: crosspost_taken_back(event, group_id, self.moment)
        )
        if not self.dry_run:
            record.delete()
            writes += 1
        return Done(
            "changed" if decided else "unchanged", event or Event(record.sort, title=""), writes
        )

    def _see(self, event: Event) -> Done:
        if self.dry_run:
            return Done("seen", event, 0)
        try:
            event.seen(self.moment.today, now=self.moment.now)
        except StaleEvent:
            found = Event.find(event.event_id)
            if found is not None:
                found.seen(self.moment.today, now=self.moment.now)
        return Done("seen", event, 1)

    def _write(
        self, event_id: str, decide: Callable[[Event], Revision | None]
    ) -> tuple[Event | None, Revision | None, int]:
        """Read the event, decide, write; and again when somebody else wrote meanwhile. None when it is gone.

        The records of the change go first, its History under a name made of the new version: a run that is killed
        in between and repeated writes it once.
        """
        for _ in range(ATTEMPTS):
            event = Event.find(event_id)
            if event is None:
                return None, None, 0
            decided = decide(event)
            if decided is None or self.dry_run:
                return event, decided, 0
            record = self._record(event, decided)
            # Before the event's own write, or it might never be.
            after = Event(**{**event.attribute_values, **decided.fields})
            departure = event.departure(after, Act(self.by, self.moment.now))
            written = [each for each in (record, departure) if each]
            for each in written:
                each.save()
            try:
                if "start_datetime" in decided.fields:
                    event.move(decided.fields, now=self.moment.now)
                else:
                    event.revise(decided.fields, now=self.moment.now)
            except StaleEvent:
                for each in written:
                    each.delete()
                continue
            return event, decided, 1 + len(written)
        raise StaleEvent(event_id)

    def _record(self, event: Event, decided: Revision) -> History | None:
        """Return the record of a noticeable change, in the place of one that a killed run has left of the same."""
        if not decided.before:
            return None
        object_id, version = f"event#{event.event_id}", f"v{int(event.version) + 1}"
        for last in History.query(object_id, scan_index_forward=False, limit=1):
            if last.entry_id.endswith(f"#{version}"):
                last.delete()
        return History.entry(
            object_id,
            decided.what,
            now=self.moment.now,
            by=self.by,
            before=_plain(decided.before),
            after=_plain(decided.after),
            suffix=version,
        )

    def _bind(self, event: Event, announcement: Announcement) -> int:
        """Note on the old site's corrections which event they were for; return the number of writes."""
        names = self.overlays.matching(announcement)
        if self.dry_run:
            return 0
        for name in names:
            try:
                self.overlays.by_hash[name].update(
                    actions=[
                        Overlay.event_id.set(event.event_id),
                        Overlay.bound_at.set(self.moment.now),
                    ],
                    condition=Overlay.event_id.does_not_exist(),
                )
            except UpdateError as error:
                if not lost_race(error):
                    raise
        return len(names)

    def _all(self, work: Iterable[Callable[[], Done]]) -> list[Done]:
        return list(self.pool.map(lambda job: job(), work))


def is_same(event: Event, announcement: Announcement) -> bool:
    """Tell whether a stored event with this hash is this announcement's own, under an index that has not caught up."""
    if (event.group_id or "") != announcement.group_id:
        return False
    known_as = (event.uid, event.recurrence_id or "")
    if known_as == (announcement.uid, announcement.recurrence_id):
        return True
    return event.source_type == "ical" and event.start_datetime == announcement.start


def is_another_groups(event: Event, announcement: Announcement) -> bool:
    """Tell whether another group, or nobody's feed, has this event; a locked time may differ within the day.

    What waits or was rejected keeps nothing off the calendar: anybody may submit an event before its group does.
    """
    same_day = event.start_datetime.date() == announcement.start.date()
    others = (event.group_id or "") != announcement.group_id
    return same_day and others and event.status == APPROVED


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in values.items()
    }
