"""A long list of events in pages of whole days."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from events.models import Event

Day = tuple[dt.date, list[Event]]


@dataclass(frozen=True, slots=True)
class Page:
    """The days from one on that have `size` events together, or the one day that has more."""

    days: Sequence[Day]
    earlier: Sequence[Day]
    """What the page before this one has; empty on the first."""
    next: dt.date | None
    """The first day of the page after this one."""

    @classmethod
    def of(cls, days: Sequence[Day], since: dt.date | None, size: int) -> "Page":
        """Return the page that begins at `since`: any day, so that an address still leads there when events come."""
        before = [day for day in days if since and day[0] < since]
        after = days[len(before) :]
        shown, left = after[: _fitting(after, size)], before[::-1]
        rest = after[len(shown) :]
        return cls(shown, left[: _fitting(left, size)][::-1], rest[0][0] if rest else None)


def _fitting(days: Iterable[Day], size: int) -> int:
    """Return how many days, one at least, have at most `size` events together."""
    totals = accumulate(len(events) for _, events in days)
    return max(1, sum(total <= size for total in totals))
