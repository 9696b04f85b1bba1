"""What the rest of the product asks of the collector, inside the function that needs it. Nothing private leaves."""

import datetime as dt
from dataclasses import dataclass

from collector.models import Feed, Run


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a group's events are: when its feed was last read well, and whether that fails at present."""

    read_at: dt.datetime
    failing: bool


def freshness_of(group_id: str) -> Freshness | None:
    """Return how fresh a group's feed is; None while it has never been read well.

    Of a day, a run's first read of a feed is noted with the feed, and so is one that fails; a later one that brings
    nothing new is known by the run's record alone. So a feed that was read on the newest run's day, and not failed
    in it, was read by it.
    """
    feed, run = Feed.of(group_id), Run.newest()
    read_at = feed.last_success_at
    if read_at is None:
        return None
    if feed.failures:
        return Freshness(read_at, failing=True)
    if run is None or feed.expanded_date != run.day or read_at >= run.finished_at:
        return Freshness(read_at, failing=False)
    if group_id in (run.failures or {}):  # a fault of ours, which is not noted with the feed
        return Freshness(read_at, failing=read_at < run.began_at)
    return Freshness(run.finished_at, failing=False)
