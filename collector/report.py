"""What came of a collection, for people and programs."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from collector.ical import Problem

BUG = "bug:"
"""How the reason begins when the fault is ours."""


@dataclass(slots=True)
class FeedReport:
    """What came of one feed: outcome is ok, unchanged, busy or failed; `reason` says why it failed."""

    group_id: str
    name: str
    outcome: str
    reason: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    problems: Sequence[Problem] = ()
    writes: int = 0


@dataclass(slots=True)
class Report:
    """What came of a collection."""

    started_at: dt.datetime
    feeds: list[FeedReport] = field(default_factory=list)
    series: Counter[str] = field(default_factory=Counter)
    writes: int = 0
    units: tuple[float, float] = (0.0, 0.0)
    """DynamoDB's, read and written, but for the record of the run."""

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(feed.outcome for feed in self.feeds)

    @property
    def counts(self) -> Counter[str]:
        return sum((feed.counts for feed in self.feeds), self.series.copy())

    @property
    def broke(self) -> bool:
        """Whether a fault of ours cost a feed."""
        return any(feed.reason.startswith(BUG) for feed in self.feeds)

    @property
    def all_failed(self) -> bool:
        """A few broken feeds are no failed run; all broken is."""
        return bool(self.feeds) and all(feed.outcome == "failed" for feed in self.feeds)
