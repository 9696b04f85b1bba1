"""What EventBridge starts, and the shards that one start makes of a collection."""

import datetime as dt
import logging
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from dctech.moderation.batches import Batch
from dctech.notices import decided, remind_moderators, tell_moderators
from dctech.observability.invocations import invocation
from dctech.observability.runs import queue_seen

LEFT_ALONE = dt.timedelta(minutes=15)
"""How long an unfinished bulk act is its moderator's, whose page goes on with it."""

SPARE_MS = 60_000
"""Time that is kept to note how far a bulk act has come."""

logger = logging.getLogger(__name__)


def collect(_event: object, context: object) -> dict[str, int]:
    """Begin a collection: each chain of shards is an invocation of its own."""
    from collector import door  # noqa: PLC0415 - pages need none of its libraries

    with invocation("collect", context):
        run = door.begin_run(timezone.now())
        for first in run.chains:
            _invoke(run.run_id, first)
    return {"feeds": run.feeds, "chains": len(run.chains)}


def shard(run_id: str, number: int) -> None:
    """Collect one shard, then start the next of its chain. Lambda tries twice again when it fails."""
    from collector import door  # noqa: PLC0415 - as above

    with invocation("shard"):
        following = door.collect_shard(run_id, number, timezone.now())
        if following is not None:
            _invoke(run_id, following)


def notify(_event: object, context: object) -> int:
    """Count how long the oldest submission waits, and tell moderators of those that they have not heard of."""
    now = timezone.now()
    with invocation("notify", context):
        queue_seen(now)
        return tell_moderators(now)


def upkeep(_event: object, context: Any) -> None:
    """Remind moderators of what waits, drop sessions that have expired, finish bulk acts that were cut short."""
    now = timezone.now()
    with invocation("upkeep", context):
        remind_moderators(now)
        call_command("clearsessions")
        for batch in Batch.recent():
            if not batch.finished and batch.begun_at < now - LEFT_ALONE:
                batch.run(now, go_on=lambda: _time_left(context), tell=decided)


def _time_left(context: Any) -> bool:
    return bool(context.get_remaining_time_in_millis() > SPARE_MS)


def _invoke(run_id: str, number: int) -> None:
    from zappa.asynchronous import (  # type: ignore[import-not-found] # noqa: PLC0415 - in the package alone
        run,
    )

    run(shard, args=[run_id, number])
