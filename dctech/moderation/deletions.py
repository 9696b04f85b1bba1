"""What was deleted of late, so that it can be found and brought back: an item's history alone cannot be listed."""

import datetime as dt
from typing import Self

from pynamodb.attributes import UnicodeAttribute
from pynamodb.transactions import TransactWrite

from dctech.dynamodb import TimestampAttribute
from dctech.models import History, Operation

KEPT_DAYS = 30
"""How long a deleted item is offered. Its history, which has no end, holds all that it was."""


class Deletion(Operation):
    """One deleted item: partition `deleted#<kind>`, sort the item's id."""

    title = UnicodeAttribute()
    by = UnicodeAttribute()
    at = TimestampAttribute()
    reason = UnicodeAttribute(null=True)
    entry_id = UnicodeAttribute()
    """The record in its History."""

    @classmethod
    def recent(cls, kind: str, now: dt.datetime) -> list[Self]:
        """Return the items that were deleted within KEPT_DAYS, the newest first."""
        found = cls.query(f"deleted#{kind}", consistent_read=True)
        kept = [deletion for deletion in found if deletion.ttl and deletion.ttl > now]
        return sorted(kept, key=lambda deletion: deletion.at, reverse=True)

    @classmethod
    def of(cls, kind: str, key: str) -> Self | None:
        try:
            return cls.get(f"deleted#{kind}", key, consistent_read=True)
        except cls.DoesNotExist:
            return None

    @classmethod
    def note(cls, write: TransactWrite, record: History, title: str) -> None:
        """Add to a deletion's transaction that it can be brought back."""
        kind, _, key = record.object_id.partition("#")
        write.save(
            cls(
                f"deleted#{kind}",
                key,
                title=title,
                by=record.by,
                at=record.at,
                reason=record.reason,
                entry_id=record.entry_id,
                ttl=record.at + dt.timedelta(days=KEPT_DAYS),
            )
        )

    @classmethod
    def forget(cls, write: TransactWrite, kind: str, key: str) -> None:
        """Add to a transaction that it is there again."""
        write.delete(cls(f"deleted#{kind}", key))

    @property
    def entry(self) -> History:
        """The record that holds all that the item was."""
        kind = self.partition.partition("#")[2]
        return History.get(f"{kind}#{self.sort}", self.entry_id, consistent_read=True)
