"""What is left of an event that has left the calendar: enough for copies of the calendar to leave it out as well."""

import datetime as dt
from collections.abc import Iterator
from typing import Self

from dctech.dynamodb import TimestampAttribute
from dctech.models import Operation

KEPT = dt.timedelta(days=30)
"""How long it can be asked what has left."""

_moment = TimestampAttribute()


class Tombstone(Operation):
    """One departure: partition `tombstones`, sort `<changed_at>#<event_id>`. Nothing of what the event said."""

    changed_at = TimestampAttribute()
    over_at = TimestampAttribute(null=True)
    """When an event that was moved to an earlier end is over: until then lists have it, and name it as changed."""

    @classmethod
    def of(cls, event_id: str, at: dt.datetime, over_at: dt.datetime | None = None) -> Self:
        """Return an unsaved record."""
        sort = f"{_moment.serialize(at)}#{event_id}"
        return cls("tombstones", sort, changed_at=at, over_at=over_at, ttl=at + KEPT)

    @classmethod
    def since(cls, moment: dt.datetime, after: str, at_once: int) -> Iterator[Self]:
        """Yield what left from a moment on, in order, after this sort key; reads as far as it is asked to."""
        first = after or _moment.serialize(moment)
        return cls.query("tombstones", cls.sort > first, page_size=at_once)

    def has_left(self, now: dt.datetime) -> bool:
        return self.over_at is None or self.over_at <= now

    @property
    def event_id(self) -> str:
        return str(self.sort.partition("#")[2])
