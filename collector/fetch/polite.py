"""Whose turn it is: queues per host, so that a host is asked gently and nobody waits behind it.

Nothing here waits or reads a clock: `now` is monotonic seconds and comes from the caller, who
also holds a lock around every call.
"""

import heapq
import itertools
import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Job = TypeVar("Job")


@dataclass(slots=True)
class _Host:
    running: int = 0
    next_start: float = 0.0
    held_until: float = 0.0
    held_for: float = 0.0
    queued_behind: "list[Line[Any]]" = field(default_factory=list)


class Hosts:
    """What each host has been asked for and has asked for, across everything one fetcher does.

    At most `concurrency` requests run at a host, and they start `pause` seconds apart. A host may
    ask us to wait (Retry-After) for `patience` seconds in all; after that it is given up until the
    time it named, so that one host's rate limit never holds a whole run.
    """

    def __init__(self, *, concurrency: int, pause: float, patience: float) -> None:
        self.concurrency = concurrency
        self._pause = pause
        self._patience = patience
        self._hosts: dict[str, _Host] = defaultdict(_Host)

    def is_busy(self, name: str) -> bool:
        return self._hosts[name].running >= self.concurrency

    def may_start(self, name: str, now: float) -> float:
        """Return when the next request may start, as far as pauses and Retry-After go."""
        host = self._hosts[name]
        return now if self.wait_refused(name, now) else max(host.next_start, host.held_until)

    def start(self, name: str, now: float) -> None:
        host = self._hosts[name]
        host.running += 1
        host.next_start = now + self._pause

    def finish(self, name: str) -> None:
        host = self._hosts[name]
        host.running -= 1
        waiting, host.queued_behind = host.queued_behind, []
        for line in waiting:
            line.enlist(name, host.next_start)

    def when_free(self, name: str, line: "Line[Any]") -> None:
        self._hosts[name].queued_behind.append(line)

    def hold(self, name: str, seconds: float, now: float) -> None:
        """Leave the host alone for `seconds`, as it asked."""
        host = self._hosts[name]
        until = max(host.held_until, now + seconds)
        host.held_for += until - max(host.held_until, now)
        host.held_until = until

    def wait_refused(self, name: str, now: float) -> float:
        """Return the seconds that an unbearably slow host still wants; 0 where we are patient."""
        host = self._hosts[name]
        if host.held_for <= self._patience:
            return 0.0
        return max(0.0, host.held_until - now)


class Line(Generic[Job]):
    """The jobs of one batch, in a queue per host."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._queues: dict[str, deque[Job]] = defaultdict(deque)
        self._order = itertools.count()
        self._turns: list[tuple[float, int, str]] = []
        self._later: list[tuple[float, int, str, Job]] = []

    def add(self, name: str, job: Job) -> None:
        self._queues[name].append(job)
        if len(self._queues[name]) == 1:
            self.enlist(name, 0.0)

    def add_first(self, name: str, job: Job, at: float) -> None:
        """Put a job that has begun before (a redirect, a retry) ahead of the others, from `at` on."""
        heapq.heappush(self._later, (at, next(self._order), name, job))

    def enlist(self, name: str, at: float) -> None:
        heapq.heappush(self._turns, (at, next(self._order), name))

    def next(self, now: float) -> tuple[str, Job] | None:
        """Return a job whose host is ready, which starts now; None while there is no such job."""
        self._bring_forward(now)
        while self._turns and self._turns[0][0] <= now:
            name = heapq.heappop(self._turns)[2]
            if not self._queues[name]:
                continue
            if self._hosts.is_busy(name):
                self._hosts.when_free(name, self)
            elif (at := self._hosts.may_start(name, now)) > now:
                self.enlist(name, at)
            else:
                return name, self._start(name, now)
        return None

    def next_at(self) -> float:
        """Return when it is worth asking again; infinity if only a finished request can help."""
        return min((queue[0][0] for queue in (self._turns, self._later) if queue), default=math.inf)

    def _start(self, name: str, now: float) -> Job:
        self._hosts.start(name, now)
        queue = self._queues[name]
        job = queue.popleft()
        if queue:
            self.enlist(name, now)
        return job

    def _bring_forward(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            _, _, name, job = heapq.heappop(self._later)
            self._queues[name].appendleft(job)
            if len(self._queues[name]) == 1:
                self.enlist(name, 0.0)
