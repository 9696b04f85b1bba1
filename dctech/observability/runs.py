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


def run_finished(read: int, failed: int, units: tuple[float, float], now: dt.datetime) -> None:
    """Count a finished run: feeds that were read and that failed, and the queue's age; say what it cost.

    Its units are no metric: each invocation counts its own, and one run may be many.
    """
    logger.info(
        "collection finished: %d feeds read, %d failed",
        read,
        failed,
        extra={
            "read_units": units[0],
            "written_units": units[1],
            "metrics": {
                "RunFinished": (1, "Count"),
                "FeedsRead": (read, "Count"),
                "FeedsFailed": (failed, "Count"),
                "QueueAgeSeconds": (queue_age(now), "Seconds"),
            },
        },
    )


def queue_age(now: dt.datetime) -> float:
    """Return the seconds since the oldest submission came that nobody has decided, 0 for an empty queue."""
    oldest = [
        item.submitted_at
        for model in (Event, Group)
        for item in model.by_status.query(PENDING, limit=1)
    ]
    return max(((now - at).total_seconds() for at in oldest), default=0.0)
