"""What DynamoDB bills: the units that each answer says it has used, added up until somebody takes the sum.

A Lambda answers one request at a time, so that what is added between two of them is the first one's, whichever of its
threads asked.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

READS = {"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}


class Meter:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read = self._written = 0.0

    def attach(self, events: Any) -> None:
        """Ask with each request of a client (its `meta.events`) what it uses, and note the answers."""
        for name in READS | WRITES:
            events.register(f"provide-client-params.dynamodb.{name}", _ask)
            events.register(f"after-call.dynamodb.{name}", self._note)

    def detach(self, events: Any) -> None:
        """Ask no more."""
        for name in READS | WRITES:
            events.unregister(f"provide-client-params.dynamodb.{name}", _ask)
            events.unregister(f"after-call.dynamodb.{name}", self._note)

    def take(self) -> tuple[float, float]:
        """Return the units read and written since the last time."""
        with self._lock:
            taken = self._read, self._written
            self._read = self._written = 0.0
        return taken

    def _note(self, parsed: dict[str, Any], model: Any, **_more: Any) -> None:
        said = parsed.get("ConsumedCapacity") or []
        answers = [said] if isinstance(said, dict) else said
        units = sum(answer["CapacityUnits"] for answer in answers)
        with self._lock:
            if model.name in READS:
                self._read += units
            else:
                self._written += units


def _ask(params: dict[str, Any], **_more: Any) -> dict[str, Any]:
    return {**params, "ReturnConsumedCapacity": "TOTAL"}


meter = Meter()
"""What this process uses."""


@contextmanager
def metered(events: Any) -> Iterator[Meter]:
    """Count what a client (its `meta.events`) uses in the block."""
    counting = Meter()
    counting.attach(events)
    try:
        yield counting
    finally:
        counting.detach(events)
