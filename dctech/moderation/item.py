"""What people submit and staff decide on: one conditional write for each act, with its History record beside it."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Self

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from dctech.dynamodb import JSONAttribute, Table, TimestampAttribute
from dctech.models import History
from dctech.moderation.deletions import Deletion
from dctech.moderation.refusals import (
    AlreadyDecided,
    Gone,
    NoSuchVersion,
    NothingToUndo,
    ProposalChanged,
    Refused,
    Stale,
)
from dctech.moderation.reviews import ASIDE, TRUSTED, Review
from dctech.moderation.values import plain, real
from dctech.moderation.writing import LostRace, commit

PENDING, APPROVED, REJECTED = "pending", "approved", "rejected"
STATUSES = (PENDING, APPROVED, REJECTED)

LOOKED_BACK = 20
"""Entries of history that are looked at for what changed since a version."""

Write = Callable[[TransactWrite], None]


class ApprovalMetadata(MapAttribute[str, object]):
    """Who decided, when; for a rejection, why."""

    approved_by = UnicodeAttribute(null=True)
    approved_at = TimestampAttribute(null=True)
    rejection_reason = UnicodeAttribute(null=True)


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something now.

    `by` is `user:<name>`, `key:<id>` or `submitter`; `batch` the bulk act this is part of.
    """

    by: str
    now: dt.datetime
    reason: str | None = None
    batch: str | None = None


class Moderated(Table):
    """An item with a status. Every change by a person goes through `change`, and so into its history."""

    KIND: ClassVar[str]
    """`event` or `group`: the first part of its History's object_id."""

    status = UnicodeAttribute(default=PENDING)
    approval_metadata = ApprovalMetadata(null=True)
    question = JSONAttribute(null=True)
    """{"text", "by", "at"}: what a moderator asks the submitter, until somebody decides."""
    submitted_by = UnicodeAttribute(null=True)
    """The submitter's e-mail address. Private."""
    submitted_at = TimestampAttribute()
    created_at = TimestampAttribute()
    updated_at = TimestampAttribute()
    version = NumberAttribute(default=1)
    """Grows with each change: a write is conditional on the version that was read."""

    @classmethod
    def find(cls, key: str) -> Self | None:
        """Return the item with this id; None when there is none."""
        raise NotImplementedError

    @property
    def key(self) -> str:
        """The item's id."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        """What people call it."""
        raise NotImplementedError

    def settled(self, changes: Mapping[str, Any], act: Act) -> dict[str, Any]:
        """Return `changes` and all that follows from them: index keys, expiry, locks."""
        raise NotImplementedError

    def departure(self, _changed: Self | None, _act: Act) -> Table | None:
        """Return what tells others that it leaves the public pages as it becomes `changed` (None: deleted)."""
        return None

    @classmethod
    def of_kind(cls, kind: str) -> type["Moderated"]:
        """Return the model of events, or of groups."""
        return next(model for model in Moderated.__subclasses__() if kind == model.KIND)

    @property
    def object_id(self) -> str:
        return f"{self.KIND}#{self.key}"

    def history(self) -> Iterator[History]:
        """Return all that became of it, newest first."""
        return History.of(self.object_id)

    def approve(
        self, act: Act, changes: Mapping[str, Any] | None = None, shown: Review | None = None
    ) -> History:
        """Let the public see it, with these edits. The item is as the moderator saw it, else this raises Refused.

        `shown` is what waited on the moderator's page: the decision ends it. A proposal nobody saw goes on waiting.
        """
        return self._decide(APPROVED, act, changes, shown)

    def reject(
        self, act: Act, changes: Mapping[str, Any] | None = None, shown: Review | None = None
    ) -> History:
        """Keep it from the public; as `approve`."""
        return self._decide(REJECTED, act, changes, shown)

    def accept(self, act: Act, review: Review) -> History:
        """Make what its submitter wants changed so; raise Refused, ProposalChanged for another proposal than shown."""
        return self._ending(review, "accepted", act, self._real(review.fields or {}))

    def edit(self, act: Act, changes: Mapping[str, Any]) -> History:
        """Change what it says; raise Refused."""
        return self.change("edited", act, changes)

    def submit(self, act: Act, action: str = "submitted", also: Write | None = None) -> History:
        """Store it as a new item; raise Refused when there is one with its id."""
        for name, value in self.settled({"status": self.status}, act).items():
            setattr(self, name, value)
        record = self._record(action, act, {}, {"status": self.status}, int(self.version))
        self._store(record, also)
        return record

    def change(
        self, action: str, act: Act, changes: Mapping[str, Any], also: Write | None = None
    ) -> History:
        """Write what differs of `changes` (None removes), what follows from it, and the record, in one transaction.

        Raises AlreadyDecided, Stale or Gone when the item is not as it was read, NothingToUndo when nothing differs.
        Afterwards it is as it was written. `also` adds writes to the transaction.
        """
        said = {
            n: value
            for n, value in changes.items()
            if (getattr(self, n) or None) != (value or None)
        }
        if not said:
            raise NothingToUndo
        settled = self.settled(said, act)
        values = {**settled, "updated_at": act.now, "version": int(self.version) + 1}
        changed = type(self)(**{**self.attribute_values, **values})
        told = {name: value for name, value in settled.items() if name in said or name == "locks"}
        record = self._record(
            action, act, plain_values(self, told), plain_values(changed, told), int(changed.version)
        )

        def writes(write: TransactWrite) -> None:
            self._replace(write, changed, values)
            if departure := self.departure(changed, act):
                write.save(departure)
            if also:
                also(write)

        self._commit(writes, record)
        self.attribute_values = changed.attribute_values
        return record

    def undo(self, entry: History, act: Act) -> History:
        """Take one change back, unless its fields were touched since; raise Refused."""
        if not entry.before or entry.action in ASIDE:
            raise NothingToUndo
        after = {name: value for name, value in (entry.after or {}).items() if self._has(name)}
        now = plain_values(self, after)
        if differences := {n: (after[n], now[n]) for n in after if after[n] != now[n]}:
            raise Stale(differences)
        return self.change("undone", act, self._real(entry.before))

    def restore(self, entry_id: str, act: Act) -> History:
        """Bring it back to what it was right after that entry of its history; raise Refused."""
        return self.change("restored", act, self.back_to(entry_id))

    def back_to(self, entry_id: str) -> dict[str, Any]:
        """Return what differs from what it was right after that entry; raise NothingToUndo when there is none."""
        changes: dict[str, Any] = {}
        for entry in self.history():
            if entry.entry_id == entry_id:
                values = self._real(changes)
                return {
                    n: v for n, v in values.items() if (getattr(self, n) or None) != (v or None)
                }
            if entry.action not in {"deleted", *ASIDE}:  # a deleted one came back as it was
                changes |= entry.before or {}
        raise NothingToUndo

    def remove(self, act: Act) -> History:
        """Delete it. Its history stays and holds all that it was, so that `revive` brings it back; raise Refused."""
        record = self._record(
            "deleted", act, plain_values(self, self.attribute_values), {}, int(self.version) + 1
        )

        def writes(write: TransactWrite) -> None:
            write.delete(self, condition=self.unchanged)
            Review.forget(write, self.KIND, self.key)
            Deletion.note(write, record, self.label)
            if departure := self.departure(None, act):
                write.save(departure)

        self._commit(writes, record)
        return record

    @classmethod
    def revive(cls, entry: History, act: Act) -> Self:
        """Bring a deleted item back from the record of its deletion; raise Refused when it is there again."""
        if entry.action != "deleted":
            raise NothingToUndo
        attributes = cls.get_attributes()
        values = {name: real(attributes[name], v) for name, v in (entry.before or {}).items()}
        # Pending until it is settled, so that for readers it comes back now, not when it first came.
        back = {"status": PENDING, "version": values["version"] + 2, "updated_at": act.now}
        item = cls(**{**values, **back})
        for name, value in item.settled({"status": values["status"]}, act).items():
            setattr(item, name, value)
        item._store(
            item._record("restored", act, {}, {}, int(item.version)),
            lambda write: Deletion.forget(write, cls.KIND, item.key),
        )
        return item

    @property
    def unchanged(self) -> Condition:
        """The condition that it is as it was read."""
        return type(self).version == self.version

    @property
    def absent(self) -> Condition:
        """The condition that there is none with its key."""
        return getattr(type(self), str(self._hash_keyname)).does_not_exist()  # type: ignore[no-any-return]

    def changed_since(self, version: int) -> dict[str, tuple[Any, Any]]:
        """Return attribute -> (before, after) of what changed after a version, as far as history tells."""
        found: dict[str, tuple[Any, Any]] = {}
        for entry in islice(self.history(), LOOKED_BACK):
            if entry.entry_id.endswith(f"#v{version}"):
                break
            if entry.action in ASIDE:
                continue
            before, after = entry.before or {}, entry.after or {}
            for name in after.keys() - {"locks"}:
                found[name] = (before.get(name), found.get(name, (None, after[name]))[1])
        return found

    def refusal_since(self, version: int) -> Refused:
        """Return why nothing is done about a version that is not the present one."""
        if version > self.version:
            return NoSuchVersion(int(self.version))
        changes = self.changed_since(version)
        return self.decided() if "status" in changes else Stale(changes)

    def _decide(
        self, status: str, act: Act, changes: Mapping[str, Any] | None, shown: Review | None
    ) -> History:
        if self.status == status:
            raise self.decided()
        metadata = ApprovalMetadata(
            approved_by=act.by,
            approved_at=act.now,
            rejection_reason=act.reason if status == REJECTED else None,
        )
        decision = {"status": status, "approval_metadata": metadata, "question": None}
        review = shown or Review.of(self.KIND, self.key)
        if shown is None and review and review.why != TRUSTED:
            review = None
        return self._ending(review, status, act, {**(changes or {}), **decision})

    def _ending(
        self, review: Review | None, action: str, act: Act, changes: Mapping[str, Any]
    ) -> History:
        """Change it, and end what waited for somebody's eyes."""
        try:
            return self.change(action, act, changes, also=review.end if review else None)
        except Stale as refusal:
            now = Review.of(self.KIND, self.key)
            if review and not refusal.differences and (now is None or now.at != review.at):
                raise ProposalChanged from None
            raise

    def _replace(self, write: TransactWrite, changed: Self, values: Mapping[str, Any]) -> None:
        """Add the write that makes the item what `changed` is; one whose key has changed is deleted and put."""
        if changed._get_keys() == self._get_keys():
            actions = [
                getattr(type(self), name).remove()
                if value is None
                else getattr(type(self), name).set(value)
                for name, value in values.items()
            ]
            write.update(self, actions=actions, condition=self.unchanged)
        else:
            write.delete(self, condition=self.unchanged)
            write.save(changed, condition=changed.absent)

    def _store(self, record: History, also: Write | None) -> None:
        def writes(write: TransactWrite) -> None:
            write.save(self, condition=self.absent)
            if also:
                also(write)

        self._commit(writes, record)

    def _commit(self, writes: Write, record: History) -> None:
        try:
            commit(writes, record)
        except LostRace:
            raise self._refusal() from None

    def _refusal(self) -> Refused:
        """Return what became of the item since it was read."""
        current = type(self).find(self.key)
        if current is None:
            return Gone()
        if current.status != self.status:
            return current.decided()
        names = self.attribute_values.keys() | current.attribute_values.keys()
        names -= {"version", "updated_at", "ttl", "last_seen_date", "feed_hash"}
        then, now = plain_values(self, names), plain_values(current, names)
        return Stale({n: (then[n], now[n]) for n in sorted(names) if then[n] != now[n]})

    def decided(self) -> AlreadyDecided:
        by = self.approval_metadata
        return AlreadyDecided(
            self.status, by.approved_by if by else None, by.approved_at if by else None
        )

    def _record(
        self, action: str, act: Act, before: Mapping[str, Any], after: Mapping[str, Any], made: int
    ) -> History:
        return History.entry(
            self.object_id,
            action,
            now=act.now,
            by=act.by,
            before=dict(before) or None,
            after=dict(after) or None,
            reason=act.reason,
            batch=act.batch,
            suffix=f"v{made}",
        )

    def _has(self, name: str) -> bool:
        return name in self.get_attributes()

    def _real(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return attributes to set from what History keeps; what is no attribute ("listed") is left out."""
        known = self.get_attributes()
        return {name: real(known[name], value) for name, value in values.items() if name in known}


def plain_values(item: Moderated, names: Any) -> dict[str, Any]:
    """Return these attributes of an item as History keeps them."""
    return {name: plain(getattr(item, name)) for name in names if item._has(name)}  # noqa: SLF001 - the module's own
