"""What all apps share in the tables: history, the collector's and the site's records, and the calendar's version."""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.conf import settings
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from dctech.dynamodb import ExpiryAttribute, JSONAttribute, Table, TimestampAttribute


class History(Table):
    """One change of one object. Never expires.

    A person's decision and its record are one transaction; a feed's change is written beside its record.
    """

    class Meta(Table.TableMeta):
        table_name = settings.HISTORY_TABLE_NAME

    object_id = UnicodeAttribute(hash_key=True)
    """`event#<event_id>` or `group#<group_id>`"""
    entry_id = UnicodeAttribute(range_key=True)
    """The moment, and what makes it unique (a few random letters, or the version made): sorts by time."""
    at = TimestampAttribute()
    by = UnicodeAttribute()
    """`feed:<group_id>`, `import`, or `user:<name>`"""
    action = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    batch = UnicodeAttribute(null=True)
    """The bulk act this was part of."""
    before = JSONAttribute(null=True)
    after = JSONAttribute(null=True)

    @classmethod
    def of(cls, object_id: str) -> Iterator["History"]:
        """Return an object's history, newest first."""
        return cls.query(object_id, scan_index_forward=False)

    @classmethod
    def entry(
        cls,
        object_id: str,
        action: str,
        *,
        now: dt.datetime,
        by: str,
        before: object = None,
        after: object = None,
        reason: str | None = None,
        batch: str | None = None,
        suffix: str = "",
    ) -> "History":
        """Return an unsaved record. With a `suffix` of its own, writing the same change again writes one record."""
        stamp = now.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return cls(
            object_id,
            f"{stamp}#{suffix or uuid.uuid4().hex[:8]}",
            at=now,
            by=by,
            action=action,
            before=before,
            after=after,
            reason=reason,
            batch=batch,
        )


class Operation(Table):
    """A record of how the site is run; each kind has a partition of its own."""

    class Meta(Table.TableMeta):
        table_name = settings.OPERATIONS_TABLE_NAME

    partition = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    ttl = ExpiryAttribute(null=True)


class CalendarVersion(Operation):
    """One number that grows with each change of what the public sees: partition `calendar`, sort `version`."""

    number = NumberAttribute(default=0)

    @classmethod
    def current(cls) -> int:
        """Return the number; one consistent read of a tiny item."""
        try:
            return int(cls.get("calendar", "version", consistent_read=True).number)
        except cls.DoesNotExist:
            return 0

    @classmethod
    def bump(cls) -> None:
        """Say that what the public sees has changed."""
        cls("calendar", "version").update(actions=[cls.number.add(1)])

    @classmethod
    def outrun(cls, number: int) -> None:
        """Go on from a number that is larger than any before, for the tables may have gone back to an earlier one.

        Copies are kept under the number: one that came twice would stand for two calendars.
        """
        cls("calendar", "version").update(actions=[cls.number.set(max(number, cls.current() + 1))])

    @classmethod
    def bump_within(cls, write: TransactWrite) -> None:
        """Say so in the transaction that changes it."""
        write.update(cls("calendar", "version"), actions=[cls.number.add(1)])
