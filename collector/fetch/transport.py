"""Sockets that keep a deadline and go only to checked addresses, put under requests through an HTTPAdapter.

urllib3 bounds each single read; a server that sends a byte a second would never end. So every
read of our sockets first takes what the request's `Timer` has left. The address that was
checked is the one connected to, hence a name that answers differently a second time gains nothing.
"""

import socket
import ssl
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from http.client import IncompleteRead
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError, SSLError

from collector.fetch.addresses import AddressBook
from collector.fetch.errors import AnswerError, FetchError, UnreachableError

Connect = Callable[[socket.socket, tuple[str, int]], None]

KEPT_HOSTS = 64  # hosts whose idle connections are kept; the rest are closed (Lambda: 1,024 files)


@dataclass(frozen=True, slots=True)
class Timer:
    """Monotonic seconds: when a request must have ended, and how long one wait of it may last."""

    ends: float
    connect_timeout: float
    read_timeout: float

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()

    def for_connect(self) -> float:
        return self._at_most(self.connect_timeout)

    def for_read(self) -> float:
        return self._at_most(self.read_timeout)

    def _at_most(self, seconds: float) -> float:
        left = self.left
        if left <= 0:
            raise TimeoutError
        return min(left, seconds)

    def timed_out(self, host: str) -> UnreachableError:
        """Name what has just happened: the whole request's deadline, or one wait too long."""
        if self.left <= 0:
            return UnreachableError(f"{host} had not finished by the deadline.", kind="deadline")
        return UnreachableError(f"{host} took too long to answer.", kind="timeout", transient=True)


# The request that this thread is making; a connection outlives it and then serves another thread.
current_timer: ContextVar[Timer] = ContextVar("current_timer")


class _DeadlineSocket(socket.socket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(current_timer.get().for_read())
        return super().recv_into(*args, **kwargs)


class _DeadlineTLSSocket(ssl.SSLSocket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(current_timer.get().for_read())
        return super().recv_into(*args, **kwargs)


def dial(book: AddressBook, connect: Connect, host: str, port: int) -> socket.socket:
    """Connect to the first address of `host` that accepts; raises FetchError."""
    failure: FetchError | None = None
    for address in book.look_up(host, port):
        try:
            return _open(address, port, connect)
        except TimeoutError:
            failure = current_timer.get().timed_out(host)
        except OSError:
            failure = UnreachableError(
                f"{host} did not accept a connection.", kind="connection", transient=True
            )
    raise failure or UnreachableError(f"The name {host} has no address.", kind="dns")


def _open(address: IPv4Address | IPv6Address, port: int, connect: Connect) -> socket.socket:
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    opened = _DeadlineSocket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.settimeout(current_timer.get().for_connect())
        connect(opened, (str(address), port))
        opened.settimeout(current_timer.get().for_connect())  # the TLS handshake's
    except BaseException:  # raised on: only that no socket stays open, an interrupt included
        opened.close()
        raise
    return opened


class _CheckedHTTPConnection(HTTPConnection):
    def __init__(self, *args: Any, book: AddressBook, connect: Connect, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dial = partial(dial, book, connect)

    def _new_conn(self) -> socket.socket:
        return self._dial(self._dns_host, self.port)


class _CheckedHTTPSConnection(HTTPSConnection):
    def __init__(self, *args: Any, book: AddressBook, connect: Connect, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dial = partial(dial, book, connect)

    def _new_conn(self) -> socket.socket:
        return self._dial(self._dns_host, self.port)


class _CheckedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _CheckedHTTPConnection


class _CheckedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedHTTPSConnection


class CheckedAdapter(HTTPAdapter):
    """Requests' transport over checked addresses, verifying with one TLS context for all hosts."""

    def __init__(
        self, book: AddressBook, *, connect: Connect, ca_file: str | None, per_host: int
    ) -> None:
        self._tls = ssl.create_default_context(cafile=ca_file or DEFAULT_CA_BUNDLE_PATH)
        self._tls.sslsocket_class = _DeadlineTLSSocket
        super().__init__(pool_connections=KEPT_HOSTS, pool_maxsize=per_host)
        # A pool hands the keywords it does not know to its connections.
        ours: dict[str, Any] = {"book": book, "connect": connect}
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(_CheckedHTTPPool, **ours),
            "https": partial(_CheckedHTTPSPool, **ours),
        }

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._tls, **kwargs)

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Leave verification to the context: requests would load the CA file for each connection."""


def explain(error: requests.RequestException | HTTPError, host: str) -> FetchError:
    """Return what requests or urllib3 raised as ours (theirs quote the address with its query)."""
    if isinstance(error, requests.Timeout | ReadTimeoutError):
        return current_timer.get().timed_out(host)
    if isinstance(error, requests.exceptions.SSLError | SSLError):
        return UnreachableError(f"{host} could not prove who it is (TLS).", kind="tls")
    if isinstance(error, requests.ConnectionError):
        error = error.args[0]  # the exception of urllib3's that requests wrapped
    cause = error.args[-1] if isinstance(error, ProtocolError) else None
    if isinstance(cause, IncompleteRead):
        return AnswerError(f"{host} broke off before the end of its answer.", kind="truncated")
    if isinstance(cause, OSError):
        return UnreachableError(f"{host} broke the connection.", kind="connection", transient=True)
    return AnswerError(f"{host} answered something that is not HTTP.", kind="protocol")
