"""What is published and waits for somebody's eyes: a submitter's later edit, or what a trusted submitter sent."""

import datetime as dt
from collections.abc import Iterator
from typing import Self

from pynamodb.attributes import UnicodeAttribute
from pynamodb.transactions import TransactWrite

from dctech.dynamodb import JSONAttribute, TimestampAttribute
from dctech.models import Operation

PROPOSED, TRUSTED = "proposed", "trusted"


class Review(Operation):
    """One item to look at: partition `reviews#<kind>`, sort the item's id."""

    why = UnicodeAttribute()
    """`proposed`: the submitter wants `fields` changed; `trusted`: it was approved without a moderator."""
    at = TimestampAttribute()
    title = UnicodeAttribute()
    fields = JSONAttribute(null=True)
    """attribute -> proposed value, as History keeps values"""

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
    ) -> Self:
        """Return an unsaved note."""
        return cls(f"reviews#{kind}", key, why=why, title=title, at=now, fields=fields)

    @classmethod
    def forget(cls, write: TransactWrite, kind: str, key: str) -> None:
        """Add to a transaction that nothing waits any more."""
        write.delete(cls(f"reviews#{kind}", key))
