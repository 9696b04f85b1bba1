"""Bulk acts: one transaction for each object, under a record of the whole that can be resumed and undone as one."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Self

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError

from dctech.dynamodb import JSONAttribute, TimestampAttribute, lost_race
from dctech.models import History, Operation
from dctech.moderation.item import PENDING, Act, Moderated
from dctech.moderation.refusals import Gone, NothingToUndo, Refused, Unknown

AT_MOST = 500
"""Items in one bulk act: their ids make about 33 KB, and a record holds 400."""

KEPT_DAYS = 30
"""How long a bulk act can be undone as one."""

NOTED_EVERY = 10
"""Items between two notes of how far it has come. A resumed act knows what it has done by each item's history."""

DECISIONS = ("approved", "rejected")
ACTIONS = (*DECISIONS, "deleted", "undone")

Tell = Callable[[Moderated, History], None]


class BatchItems(Operation):
    """The ids of a bulk act: partition `batch-items`, sort the act's id. Written once."""

    keys = JSONAttribute()
    versions = JSONAttribute(null=True)
    """id -> the version that the list showed, of those it showed"""
    pending_only = BooleanAttribute(null=True)
    """Whether an item without a version is decided only while it is pending."""


class Batch(Operation):
    """One bulk act and how far it has come: partition `batches`, sort the moment it began and a few random letters."""

    kind = UnicodeAttribute()
    action = UnicodeAttribute()
    """One of ACTIONS."""
    reason = UnicodeAttribute(null=True)
    by = UnicodeAttribute()
    begun_at = TimestampAttribute()
    total = NumberAttribute()
    done = NumberAttribute(default=0)
    """How many of the items were gone through, refused ones included."""
    refused = JSONAttribute(null=True)
    """id -> why"""
    finished = BooleanAttribute(default=False)
    undoes = UnicodeAttribute(null=True)
    """The id of the bulk act that this one takes back."""

    @classmethod
    def begin(
        cls,
        kind: str,
        action: str,
        keys: Sequence[str],
        act: Act,
        *,
        undoes: str | None = None,
        versions: Mapping[str, int] | None = None,
        pending_only: bool = False,
    ) -> Self:
        """Store a bulk act without doing anything of it yet; raise ValueError for too many items.

        An item of `versions` (id -> version) is refused when it is another one by then; with `pending_only` no other
        item is decided that is not pending.
        """
        if not 0 < len(keys) <= AT_MOST:
            raise ValueError(f"A bulk act has 1 to {AT_MOST} items, not {len(keys)}.")
        name = f"{act.now.isoformat(timespec='seconds')}-{uuid.uuid4().hex[:8]}"
        ttl = act.now + dt.timedelta(days=KEPT_DAYS)
        chosen = list(dict.fromkeys(keys))
        seen = {key: version for key, version in (versions or {}).items() if key in chosen}
        BatchItems(
            "batch-items",
            name,
            keys=chosen,
            versions=seen or None,
            pending_only=pending_only or None,
            ttl=ttl,
        ).save()
        batch = cls(
            "batches",
            name,
            kind=kind,
            action=action,
            reason=act.reason,
            by=act.by,
            begun_at=act.now,
            total=len(set(keys)),
            undoes=undoes,
            ttl=ttl,
        )
        batch.save()
        return batch

    @classmethod
    def find(cls, name: str) -> Self | None:
        """Return a bulk act by its id; None when there is none, or none any more."""
        try:
            return cls.get("batches", name, consistent_read=True)
        except cls.DoesNotExist:
            return None

    @classmethod
    def recent(cls, limit: int = 20) -> list[Self]:
        """Return the newest bulk acts."""
        return list(cls.query("batches", scan_index_forward=False, limit=limit))

    @property
    def keys(self) -> list[str]:
        return list(self._items.keys)

    @property
    def _items(self) -> BatchItems:
        return BatchItems.get("batch-items", self.sort, consistent_read=True)

    def run(self, now: dt.datetime, *, go_on: Callable[[], bool], tell: Tell | None = None) -> None:
        """Do what is left, as long as `go_on` says so. Safe to call again after any end, and by two at once.

        `tell` is called for each item that this very run has decided, before the run notes how far it has come.
        """
        items = self._items
        keys = items.keys
        act = Act(self.by, now, reason=self.reason, batch=self.sort)
        while self.done < len(keys) and go_on():
            key = keys[int(self.done)]
            try:
                decided = self._do(key, act, items)
            except Refused as refusal:
                if not self._done(key):  # by another run, at the same time
                    self.refused = {**(self.refused or {}), key: str(refusal)}
            else:
                if decided and tell:
                    tell(*decided)
            self.done = int(self.done) + 1
            if self.done % NOTED_EVERY == 0:
                self._note(len(keys))
        self._note(len(keys))

    def undo(self, act: Act) -> Self:
        """Begin the bulk act that takes this one back, item by item; raise NothingToUndo when it is one itself."""
        if self.undoes:
            raise NothingToUndo
        return self.begin(self.kind, "undone", self.keys, act, undoes=self.sort)

    def _do(self, key: str, act: Act, items: BatchItems) -> tuple[Moderated, History] | None:
        """Do one item, and return it with the record; None where nothing was left to do. Raises Refused."""
        model = Moderated.of_kind(self.kind)
        entries = self._entries(key)
        if any(entry.batch == self.sort for entry in entries):
            return None  # done before a time-out
        if self.undoes:
            self._take_back(model, key, entries, act)
            return None
        item = model.find(key)
        if item is None:
            raise Gone if entries else Unknown
        self._check_seen(item, items)
        acts = {"approved": item.approve, "rejected": item.reject, "deleted": item.remove}
        return item, acts[self.action](act)

    def _check_seen(self, item: Moderated, items: BatchItems) -> None:
        """Raise Refused unless an item is as it was seen."""
        seen = (items.versions or {}).get(item.key)
        if seen is not None:
            if seen != int(item.version):
                raise item.refusal_since(seen)
        elif items.pending_only and self.action in DECISIONS and item.status != PENDING:
            raise item.decided()

    def _entries(self, key: str) -> list[History]:
        newest = History.query(
            f"{self.kind}#{key}", scan_index_forward=False, limit=50, consistent_read=True
        )
        return list(newest)

    def _done(self, key: str) -> bool:
        return any(entry.batch == self.sort for entry in self._entries(key))

    def _take_back(
        self, model: type[Moderated], key: str, entries: Sequence[History], act: Act
    ) -> None:
        entry = next((entry for entry in entries if entry.batch == self.undoes), None)
        if entry is None:
            return  # it had been refused
        if entry.action == "deleted":
            model.revive(entry, act)
            return
        item = model.find(key)
        if item is None:
            raise Gone
        item.undo(entry, replace(act, reason=None))

    def _note(self, total: int) -> None:
        """Note how far it has come; where another run has come further, go on from there."""
        self.finished = self.done >= total
        try:
            self.update(
                actions=[
                    Batch.done.set(self.done),
                    Batch.finished.set(self.finished),
                    Batch.refused.set(self.refused) if self.refused else Batch.refused.remove(),
                ],
                condition=Batch.done <= self.done,
            )
        except UpdateError as error:
            if not lost_race(error):
                raise
            self.refresh(consistent_read=True)
