"""Carry a plan out: every write of a collection, each conditional on what was read, each safe to repeat."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pynamodb.exceptions import UpdateError

from collector.announce import Announcement
from collector.models import Overlay
from collector.reconcile import Plan
from collector.revision import (
    Moment,
    Overlays,
    Revision,
    creation,
    crosspost,
    revision,
    withdrawal,
)
from dctech.dynamodb import lost_race
from dctech.models import History
from events.models import Event, StaleEvent

ATTEMPTS = 5
"""How often a write that lost a race is decided anew before the run gives up on it."""


@dataclass(slots=True)
class Outcome:
    """What became of a plan. `changes`: (what, event_id, title). `crossposts`: event_id -> [uid, recurrence id]."""

    counts: Counter[str] = field(default_factory=Counter)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    crossposts: dict[str, list[str]] = field(default_factory=dict)
    writes: int = 0

    def note(self, what: str, event: Event, writes: int) -> None:
        self.counts[what] += 1
        self.writes += writes
        if what not in {"seen", "unchanged"}:
            self.changes.append((what, event.event_id, event.title))


@dataclass(frozen=True, slots=True)
class Done:
    what: str
    event: Event
    writes: int
    crossposted: Announcement | None = None


class Writer:
    """Writes for one feed. With `dry_run` it decides everything and writes nothing."""

    def __init__(
        self, by: str, moment: Moment, overlays: Overlays, pool: Executor, *, dry_run: bool = False
    ) -> None:
        self.by = by
        self.moment = moment
        self.overlays = overlays
        self.pool = pool
        self.dry_run = dry_run

    def carry_out(self, plan: Plan, crossposts: Mapping[str, Any], *, complete: bool) -> Outcome:
        """Write a plan; `crossposts` are those of the last read, to be taken back where they are announced no more."""
        outcome = Outcome()
        outcome.counts["unchanged"] = plan.unchanged
        outcome.counts["repeated"] = plan.repeated
        # What has moved goes first: it makes room for what is new at its old time.
        known = [
            *(partial(self._revise, event.event_id, said) for event, said in plan.revised),
            *(partial(self._see, event) for event in plan.seen),
            *(partial(self._withdraw, event) for event in plan.absent),
        ]
        new = [partial(self.create, announcement) for announcement in plan.new]
        for done in [*self._all(known), *self._all(new)]:
            outcome.note(done.what, done.event, done.writes)
            if done.crossposted:
                key = [done.crossposted.uid, done.crossposted.recurrence_id]
                outcome.crossposts[done.event.event_id] = key
        gone = set(crossposts) - outcome.crossposts.keys() if complete else set()
        for done in self._all(partial(self._take_back, event_id) for event_id in sorted(gone)):
            outcome.note(done.what, done.event, done.writes)
        outcome.changes.sort()
        return outcome

    def create(self, announcement: Announcement, **more: Any) -> Done:
        """Store a new event, or find that it is known: as another group's, or as ours under an index that lags.

        Where the hash belongs to an event that has moved away, it is hashed again with the UID.
        """
        for with_uid in (False, True):
            for _ in range(ATTEMPTS):
                found = Event.find(announcement.event_id(with_uid=with_uid))
                if found is None:
                    event = creation(announcement, self.moment, self.overlays, with_uid=with_uid)
                    for name, value in more.items():
                        setattr(event, name, value)
                    try:
                        return self._create(event, announcement)
                    except StaleEvent:
                        continue
                if _is_same(found, announcement):
                    return self._revise(found.event_id, announcement)
                if found.start_datetime.date() == announcement.start.date():
                    return self._crosspost(found.event_id, announcement)
                break
        raise StaleEvent(announcement.event_id(with_uid=True))

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
        what = decided.what if decided and decided.what != "unchanged" else "seen"
        return Done(what, event, writes + self._bind(event, announcement))

    def _withdraw(self, event: Event) -> Done:
        found, _, writes = self._write(event.event_id, lambda event: withdrawal(event, self.moment))
        return Done("withdrawn", found or event, writes)

    def _crosspost(self, event_id: str, announcement: Announcement) -> Done:
        event, decided, writes = self._write(
            event_id, lambda event: crosspost(event, announcement, self.moment)
        )
        if event is None:
            return self.create(announcement)
        if event.source_type == "ical" and event.last_seen_date != self.moment.today:
            writes += self._see(event).writes
        what = "crossposted" if decided else "unchanged"
        return Done(what, event, writes, crossposted=announcement)

    def _take_back(self, event_id: str) -> Done:
        group_id = self.by.removeprefix("feed:")
        nothing = Announcement(
            "", "", self.moment.wall, self.moment.wall, False, "", "", group_id, "", ""
        )
        event, _, writes = self._write(
            event_id, lambda event: crosspost(event, nothing, self.moment, announced=False)
        )
        return Done(
            "changed" if event and writes else "unchanged", event or Event(event_id), writes
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

        The record of the change goes first, under a name made of the new version: a run that is killed in between
        and repeated writes it once.
        """
        for _ in range(ATTEMPTS):
            event = Event.find(event_id)
            if event is None:
                return None, None, 0
            decided = decide(event)
            if decided is None or self.dry_run:
                return event, decided, 0
            record = self._record(event, decided)
            if record:
                record.save()
            try:
                if "start_datetime" in decided.fields:
                    event.move(decided.fields, now=self.moment.now)
                else:
                    event.revise(decided.fields, now=self.moment.now)
            except StaleEvent:
                if record:
                    record.delete()
                continue
            return event, decided, 1 + bool(record)
        raise StaleEvent(event_id)

    def _record(self, event: Event, decided: Revision) -> History | None:
        if not decided.before and decided.what not in {"withdrawn", "restored"}:
            return None
        after = {name: decided.fields.get(name) for name in decided.before}
        return History.entry(
            f"event#{event.event_id}",
            decided.what,
            now=self.moment.now,
            by=self.by,
            before=_plain(decided.before),
            after=_plain(after),
            suffix=f"v{int(event.version) + 1}",
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


def _is_same(event: Event, announcement: Announcement) -> bool:
    """Tell whether a stored event with this hash is this group's own, under an index that has not caught up."""
    if (event.group_id, event.source_type) != (announcement.group_id, "ical"):
        return False
    known_as = (event.uid, event.recurrence_id or "")
    return event.start_datetime == announcement.start or known_as == (
        announcement.uid,
        announcement.recurrence_id,
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in values.items()
    }
