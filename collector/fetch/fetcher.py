"""The one door to other people's servers: it asks politely, within limits, and only public addresses."""

import random
import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Condition
from types import TracebackType
from typing import Any, Generic, Self, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from requests import PreparedRequest

from collector.fetch.addresses import AddressBook, Resolver, resolve
from collector.fetch.batch import Again, Batch, Outcome
from collector.fetch.errors import AnswerError, FetchError, UnreachableError
from collector.fetch.exchange import Redirect, exchange
from collector.fetch.messages import Request, Response, prepare
from collector.fetch.polite import Hosts
from collector.fetch.transport import CheckedAdapter, Connect, Timer

MAX_REDIRECTS = 5

Key = TypeVar("Key")


@dataclass(slots=True)
class _Job(Generic[Key]):
    """A request on its way: the address it has come to, and the seconds it has left."""

    key: Key
    request: Request
    prepared: PreparedRequest
    left: float
    redirects: int = 0
    failures: int = 0

    @property
    def host(self) -> str:
        return urlsplit(str(self.prepared.url)).hostname or ""


class Fetcher:
    """Reads feeds and pages; safe to use from several threads, and to be closed once at the end.

    All times are seconds. `connect_timeout` and `read_timeout` bound one wait, `deadline` the whole
    of one request: its attempts, redirects and the waits between them, but not the time it
    queues for its host. `max_bytes` bounds a body on the wire and inflated. `allow_hosts` names,
    as host:port, who may be at an address that is not public. `retries` more attempts follow
    a 429, a 5xx, a timeout or a broken connection, `backoff` seconds apart at first, doubling,
    with jitter. `resolver`, `connect` and `jitter` stand for DNS, TCP and chance.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        connect_timeout: float,
        read_timeout: float,
        deadline: float,
        max_bytes: int,
        host_concurrency: int,
        host_pause: float,
        allow_hosts: Iterable[str] = (),
        retries: int = 2,
        backoff: float = 1.0,
        ca_file: str | None = None,
        resolver: Resolver = resolve,
        connect: Connect = socket.socket.connect,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._user_agent = user_agent
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._retries = retries
        self._backoff = backoff
        self._jitter = jitter
        self._changed = Condition()
        self._hosts = Hosts(concurrency=host_concurrency, pause=host_pause, patience=deadline)
        self._adapter = CheckedAdapter(
            AddressBook(allow_hosts, resolver),
            connect=connect,
            ca_file=ca_file,
            per_host=host_concurrency,
        )

    @classmethod
    def from_settings(cls) -> Self:
        """Build the site's own fetcher, which says in its User-Agent whose it is."""
        return cls(
            user_agent=user_agent(settings.SITE_NAME, settings.SITE_URL),
            connect_timeout=settings.COLLECTOR_CONNECT_TIMEOUT,
            read_timeout=settings.COLLECTOR_READ_TIMEOUT,
            deadline=settings.COLLECTOR_DEADLINE,
            max_bytes=settings.COLLECTOR_MAX_BYTES,
            allow_hosts=settings.COLLECTOR_ALLOW_HOSTS,
            host_concurrency=settings.COLLECTOR_HOST_CONCURRENCY,
            host_pause=settings.COLLECTOR_HOST_PAUSE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._adapter.close()

    def get(self, request: Request) -> Response:
        """Return the answer to `request`; raises FetchError."""
        job = self._job(None, request)
        batch: Batch[_Job[None]] = self._batch()
        batch.add(job.host, job)
        outcomes: list[tuple[_Job[None], Outcome]] = []
        batch.work(outcomes.append)
        [(_, outcome)] = outcomes
        if isinstance(outcome, FetchError):
            raise outcome
        return outcome

    def get_all(
        self, requests: Mapping[Key, Request], *, workers: int
    ) -> Iterator[tuple[Key, Outcome]]:
        """Yield each key with its answer or its FetchError, in the order in which they come."""
        batch: Batch[_Job[Key]] = self._batch()
        for key, request in requests.items():
            try:
                job = self._job(key, request)
            except FetchError as error:
                yield key, error
            else:
                batch.add(job.host, job)
        for job, outcome in batch.outcomes(workers):
            yield job.key, outcome

    def _batch(self) -> Batch[_Job[Any]]:
        return Batch(self._hosts, self._changed, self._step)

    def _job(self, key: Key, request: Request) -> _Job[Key]:
        return _Job(key, request, prepare(request, request.url, self._user_agent), self._deadline)

    def _step(self, job: _Job[Any]) -> Outcome | Again:
        """Make one HTTP request for `job` and say what comes of it."""
        started = time.monotonic()
        try:
            answer = self._ask(job, started)
        except FetchError as error:
            job.left -= time.monotonic() - started
            return self._after(job, error)
        job.left -= time.monotonic() - started
        if isinstance(answer, Redirect):
            return self._follow(job, answer)
        return answer

    def _ask(self, job: _Job[Any], now: float) -> Response | Redirect:
        with self._changed:
            wait = self._hosts.wait_refused(job.host, now)
        if wait:
            raise _asked_to_wait(job.host, wait)
        timer = Timer(now + job.left, self._connect_timeout, self._read_timeout)
        return exchange(self._adapter, job.request, job.prepared, timer, self._max_bytes)

    def _follow(self, job: _Job[Any], redirect: Redirect) -> FetchError | Again:
        job.redirects += 1
        if job.redirects > MAX_REDIRECTS:
            return AnswerError(
                f"{job.host} redirected more than {MAX_REDIRECTS} times.", kind="too-many-redirects"
            )
        try:
            job.prepared = prepare(job.request, redirect.url, self._user_agent)
        except FetchError as error:
            return error
        return Again(job.host)

    def _after(self, job: _Job[Any], error: FetchError) -> FetchError | Again:
        """Decide whether `error` is the end or another attempt still fits in what is left."""
        if not error.transient:
            return error
        if error.retry_after and self._waits_too_long(job, error.retry_after):
            return _asked_to_wait(job.host, error.retry_after)
        if job.failures == self._retries:
            return error
        backoff = self._backoff * 2**job.failures * (0.5 + self._jitter())
        delay = max(backoff, error.retry_after)
        if delay >= job.left:
            return error
        job.failures += 1
        job.left -= delay
        return Again(job.host, delay)

    def _waits_too_long(self, job: _Job[Any], seconds: float) -> bool:
        now = time.monotonic()
        with self._changed:
            self._hosts.hold(job.host, seconds, now)
            return seconds >= job.left or self._hosts.wait_refused(job.host, now) > 0


def user_agent(site_name: str, site_url: str) -> str:
    """Return "<Site-Name>-collector (+<address>)", in the characters that a header may have."""
    product = re.sub(r"[^A-Za-z0-9]+", "-", site_name).strip("-") or "events"
    return f"{product}-collector (+{iri_to_uri(site_url)})"


def _asked_to_wait(host: str, seconds: float) -> UnreachableError:
    return UnreachableError(
        f"{host} asked to be left alone for {seconds:.0f} s, longer than we wait.",
        kind="retry-later",
        retry_after=seconds,
    )
