"""How long somebody who asked for a page waits in vain: then a kept copy or a 503 is the better answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
    seconds: float


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Let all reads of the block together wait in vain for so many seconds. Writes take the time they need."""
    token = _budget.set(Budget(seconds))
    try:
        yield
    finally:
        _budget.reset(token)


def left() -> float | None:
    """Return the seconds that are left, 0 when none are; None where nobody waits."""
    budget = _budget.get()
    return None if budget is None else max(0.0, budget.seconds)


def spend(seconds: float) -> None:
    """Note what a read that failed has taken. One that succeeded costs nothing: a slow machine is no outage."""
    if budget := _budget.get():
        budget.seconds -= seconds
