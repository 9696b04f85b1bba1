"""One line for each invocation that is no request: what a schedule or another service has started."""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from dctech.observability.capacity import meter
from dctech.observability.logs import request_id

logger = logging.getLogger(__name__)


@contextmanager
def invocation(name: str, context: object = None) -> Iterator[None]:
    """Log what the block does as its outcome, duration and what it cost, with one number for all its lines."""
    began = time.perf_counter()
    token = request_id.set(str(getattr(context, "aws_request_id", "") or uuid.uuid4()))
    outcome = "failed"
    try:
        yield
        outcome = "done"
    finally:
        read, written = meter.take()
        logger.info(
            "%s %s",
            name,
            outcome,
            extra={
                "outcome": outcome,
                "duration_ms": round((time.perf_counter() - began) * 1000, 1),
                "metrics": {
                    "ConsumedReadUnits": (read, "Count"),
                    "ConsumedWriteUnits": (written, "Count"),
                },
            },
        )
        request_id.reset(token)
