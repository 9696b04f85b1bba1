"""What is published and waits for somebody's eyes: a submitter's later edit, or what a trusted submitter sent."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Self

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from dctech.dynamodb import JSONAttribute, TimestampAttribute, lost_race, transaction
from dctech.models import History, Operation
from dctech.moderation.refusals import ProposalChanged
from dctech.moderation.values import plain

PROPOSED, TRUSTED = "proposed", "trusted"
DISMISSED = "dismissed"

ASIDE = frozenset({PROPOSED, DISMISSED})
"""What history tells of a proposal: nothing of the item changed."""


class Review(Operation):
    """One item to look at: partition `reviews#<kind>`, sort the item's id."""

    why = UnicodeAttribute()
    """`proposed`: the submitter wants `fields` changed; `trusted`: it was approved without a moderator."""
    at = TimestampAttribute()
    title = UnicodeAttribute()
    fields = JSONAttribute(null=True)
    """attribute -> proposed value, as History keeps values"""
    trusted_at = TimestampAttribute(null=True)
    """When it was approved without a moderator, if that waits below a proposal."""
    start = UnicodeAttribute(null=True)
    """The item's sort key when this was written, to load many at once."""

    @classmethod
    def of(cls, kind: str, key: str) -> Self | None:
        """Return what waits about an item; None when nothing does."""
        try:
            return cls.get(f"reviews#{kind}", key, consistent_read=True)
        except cls.DoesNotExist:
            return None

    @classmethod
    def waiting(cls, kind: str) -> Iterator[Self]:
        """Return all that waits among events, or among groups."""
        return cls.query(f"reviews#{kind}", consistent_read=True)

    @classmethod
    def about(
        cls,
        kind: str,
        key: str,
        *,
        why: str,
        title: str,
        now: dt.datetime,
        fields: object = None,
        **more: Any,
    ) -> Self:
        """Return an unsaved note."""
        return cls(f"reviews#{kind}", key, why=why, title=title, at=now, fields=fields, **more)

    @property
    def seen(self) -> str:
        """What a page says it has shown: another proposal has another moment."""
        return str(plain(self.at))

    @property
    def key(self) -> str:
        """The item's id."""
        return self.sort

    def end(self, write: TransactWrite) -> None:
        """Add to a transaction that it waits no more, provided that it is as it was read."""
        write.delete(self, condition=Review.at == self.at)

    def dismiss(self, now: dt.datetime, by: str, reason: str | None = None) -> History:
        """Leave the item as it is, and say so in its history; raise ProposalChanged."""
        kind = self.partition.removeprefix("reviews#")
        record = History.entry(
            f"{kind}#{self.key}", DISMISSED, now=now, by=by, before=self.fields, reason=reason
        )
        try:
            with transaction() as write:
                self.end(write)
                write.save(record)
        except TransactWriteError as error:
            if lost_race(error):
                raise ProposalChanged from error
            raise
        return record

    @classmethod
    def forget(cls, write: TransactWrite, kind: str, key: str) -> None:
        """Add to a transaction that nothing waits any more."""
        write.delete(cls(f"reviews#{kind}", key))
