"""What is logged of a collection, and counted: alarms go by it."""

import datetime as dt
import logging

from dctech.moderation import PENDING
from events.models import Event
from groups.models import Group

MISSED_HOURS = 5
"""So long without a finished collection is a missed one: feeds are collected every four hours."""

QUEUE_SECONDS = 2 * 86_400
"""So long may a submission wait."""

logger = logging.getLogger(__name__)


def feed_read(group_id: str, outcome: str, reason: str, seconds: float) -> None:
    """Log what became of one feed, and of a failure its kind alone: its words may hold an address with a secret."""
    logger.info(
        "feed %s: %s",
        group_id,
        outcome,
        extra={
            "feed_id": group_id,
            "outcome": outcome,
            "failure": reason.partition(":")[0] or None,
            "duration_ms": round(seconds * 1000, 1),
        },
    )


def run_ended(read: int, failed: int, units: tuple[float, float], *, finished: bool) -> None:
    """Count a run that has come to its end, or whose record another one has closed; say what it cost.

    Its units are no metric: each invocation counts its own, and one run may be many.
    """
    metrics = {"FeedsRead": (read, "Count"), "FeedsFailed": (failed, "Count")}
    if finished:
        metrics["RunFinished"] = (1, "Count")
    logger.info(
        "collection %s: %d feeds read, %d failed",
        "finished" if finished else "cut short",
        read,
        failed,
        extra={"read_units": units[0], "written_units": units[1], "metrics": metrics},
    )


def queue_seen(now: dt.datetime) -> None:
    """Count how long the oldest submission waits."""
    age = queue_age(now)
    metrics = {"QueueAgeSeconds": (age, "Seconds")}
    logger.info("the oldest submission waits %d s", age, extra={"metrics": metrics})


def queue_age(now: dt.datetime) -> float:
    """Return the seconds since the oldest submission came that nobody has decided, 0 for an empty queue."""
    oldest = [
        item.submitted_at
        for model in (Event, Group)
        for item in model.by_status.query(PENDING, limit=1)
    ]
    return max(((now - at).total_seconds() for at in oldest), default=0.0)
