"""Worker threads over a line of jobs: each takes the next job whose host is ready."""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import Queue
from threading import Condition
from typing import Generic, TypeVar

from collector.fetch.errors import FetchError
from collector.fetch.messages import Response
from collector.fetch.polite import Hosts, Line

Job = TypeVar("Job")


@dataclass(frozen=True, slots=True)
class Again:
    """A job is to be taken up again: at this host, after this many seconds."""

    host: str
    delay: float = 0.0


Outcome = Response | FetchError
Step = Callable[[Job], Outcome | Again]


class Batch(Generic[Job]):
    """Jobs that are worked on until each has its outcome; `changed` guards `hosts` for all batches."""

    def __init__(self, hosts: Hosts, changed: Condition, step: Step[Job]) -> None:
        self._hosts = hosts
        self._changed = changed
        self._step = step
        self._line: Line[Job] = Line(hosts)
        self._per_host: dict[str, int] = {}
        self._unanswered = 0
        self._stopped = False

    def add(self, host: str, job: Job) -> None:
        self._line.add(host, job)
        self._per_host[host] = self._per_host.get(host, 0) + 1
        self._unanswered += 1

    @property
    def useful_workers(self) -> int:
        """How many requests politeness lets run at once."""
        return sum(min(count, self._hosts.concurrency) for count in self._per_host.values())

    def outcomes(self, workers: int) -> Iterator[tuple[Job, Outcome]]:
        """Yield each job with its outcome as it ends.

        The workers run ahead of the reader by at most `workers` outcomes, which bounds the bodies
        held in memory. A bug in a worker is raised here; leaving early stops the workers after
        the requests they are making.
        """
        ended: Queue[tuple[Job, Outcome] | Future[None]] = Queue(maxsize=workers)
        running = min(workers, self.useful_workers)
        with ThreadPoolExecutor(max(running, 1), thread_name_prefix="fetch") as crew:
            # No worker ends before it has its callback: that would be called here, and wait for room that we make.
            with self._changed:
                for _ in range(running):
                    crew.submit(self.work, ended.put).add_done_callback(ended.put)
            try:
                while running:
                    item = ended.get()
                    if isinstance(item, Future):
                        running -= 1
                        item.result()
                    else:
                        yield item
            finally:
                self._stop()
                while running:
                    running -= isinstance(ended.get(), Future)

    def work(self, deliver: Callable[[tuple[Job, Outcome]], None]) -> None:
        """Work until every job of the batch has been answered by somebody."""
        while turn := self._take():
            host, job = turn
            outcome = self._one_step(host, job)
            if not isinstance(outcome, Again):
                deliver((job, outcome))

    def _one_step(self, host: str, job: Job) -> Outcome | Again:
        outcome: Outcome | Again | None = None
        try:
            outcome = self._step(job)
        finally:
            with self._changed:
                self._hosts.finish(host)
                if isinstance(outcome, Again):
                    self._line.add_first(outcome.host, job, time.monotonic() + outcome.delay)
                else:
                    self._unanswered -= 1
                self._changed.notify_all()
        return outcome

    def _take(self) -> tuple[str, Job] | None:
        with self._changed:
            while self._unanswered and not self._stopped:
                now = time.monotonic()
                if turn := self._line.next(now):
                    return turn
                at = self._line.next_at()
                self._changed.wait(None if at == math.inf else max(0.0, at - now))
            return None

    def _stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
