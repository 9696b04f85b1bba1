"""The pages that a process keeps: bounded in bytes, and each made by one thread at a time."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

BYTES = 64_000_000
"""All that is kept in a process; the least lately used go first."""

LARGEST = 4_000_000
"""Bytes of the largest page kept. The whole calendar as a file has one or two million."""

OVERHEAD = 2_000
"""Bytes that a copy takes beside its body, for its address and headers."""


@dataclass(frozen=True, slots=True)
class Copy:
    version: int
    ends_at: float
    provisional: bool
    body: bytes
    headers: Mapping[str, str]

    @property
    def size(self) -> int:
        return len(self.body) + OVERHEAD


class Copies:
    """Copies by address. Not locked: who keeps them has more to keep consistent."""

    def __init__(self) -> None:
        self._copies: OrderedDict[str, Copy] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._copies)

    def clear(self) -> None:
        self._copies.clear()
        self.bytes = 0

    def get(self, key: str) -> Copy | None:
        copy = self._copies.get(key)
        if copy is not None:
            self._copies.move_to_end(key)
        return copy

    def drop(self, key: str) -> None:
        copy = self._copies.pop(key, None)
        self.bytes -= copy.size if copy else 0

    def keep(self, key: str, copy: Copy) -> None:
        """Keep a copy in the place of an older one; of a page that is too large, none."""
        self.drop(key)
        if copy.size > LARGEST:
            return
        self._copies[key] = copy
        self.bytes += copy.size
        while self.bytes > BYTES:
            self.drop(next(iter(self._copies)))


@dataclass(slots=True)
class _Turn:
    lock: threading.Lock = field(default_factory=threading.Lock)
    threads: int = 0


class Turns:
    """A lock for each address that somebody makes a page of; there are never more of them than threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, _Turn] = {}

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        """Wait until no other thread is busy with an address."""
        with self._lock:
            turn = self._turns.setdefault(key, _Turn())
            turn.threads += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._lock:
                turn.threads -= 1
                if not turn.threads:
                    del self._turns[key]
