"""History: who did what to which object, when, why, before and after."""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.conf import settings
from pynamodb.attributes import UnicodeAttribute

from dctech.dynamodb import JSONAttribute, Table, TimestampAttribute


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
        )
