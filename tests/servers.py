"""Loopback servers that play other people's feeds, good and bad, and remember who came.

    with FeedServer() as server:
        server["/feed.ics"] = ok(body, etag='"1"')          # answers 304 to its own ETag
        server["/shy.ics"] = [status(503), ok(body)]        # in turn; the last one stays
        server["/lost.ics"] = redirect("http://169.254.169.254/")
        Fetcher(allow_hosts=[server.host], ...).get(Request(server.url("/feed.ics")))
        assert server.hits("/feed.ics") == 1

Each server has a port of its own; `FeedServer("127.0.0.2")` is another host. An unknown path is a 404.
"""

import gzip
import socketserver
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Self

from collector.fetch import Fetcher

CALENDAR = "text/calendar; charset=utf-8"
MEGABYTE = 1_000_000

# A self-signed certificate for feeds.test and 127.0.0.1, until 2120, and its key.
PEM = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/Rqt1AAG0HsMtpGE
1YV5a7LaJ3936W6+1Xm22cVcAFihRANCAATq3HUgSziN+HqY2DeTEPniFypR/6c+
XlDaIZdR4ol7Fnwb0ZSv3LwVZSxyp43z551kPuI4Akvm/rXPFwPDM1ao
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBejCCASCgAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApmZWVkcy50
ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAVMRMwEQYDVQQD
DApmZWVkcy50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6tx1IEs4jfh6
mNg3kxD54hcqUf+nPl5Q2iGXUeKJexZ8G9GUr9y8FWUscqeN8+edZD7iOAJL5v61
zxcDwzNWqKNfMF0wGwYDVR0RBBQwEoIKZmVlZHMudGVzdIcEfwAAATAPBgNVHRMB
Af8EBTADAQH/MA4GA1UdDwEB/wQEAwIChDAdBgNVHQ4EFgQUFvwP4Z/o/VVu/X9j
NpSHX8Z7HqQwCgYIKoZIzj0EAwIDSAAwRQIhAPatlJm7PJtYGuEQPtZCl6w+kQ7Q
JBWZSCoQ9DJK61ceAiAKCmG8UVhHu2XIM+uRKdbeVkZi/E0v8C7jhL1fXQh0UQ==
-----END CERTIFICATE-----
"""


class FeedServer(socketserver.ThreadingTCPServer):
    """Answers on one loopback address until the `with` block ends, where a bug of its own is raised."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: str = "127.0.0.1", port: int = 0, *, tls: Path | None = None):
        super().__init__((address, port), Exchange)
        self.tls = _server_context(tls) if tls else None
        self.answers: dict[str, list[Answer]] = {}
        self.seen: list[Seen] = []
        self.connections = 0
        self.busiest = 0  # the most requests that were being answered at one time
        self.bugs: list[BaseException] = []
        self.stopping = threading.Event()
        self._answering = 0
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        """The "host:port" that an allow-list names."""
        address, port = self.server_address[:2]
        return f"{address}:{port}"

    def url(self, path: str = "/") -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}{path}"

    def hits(self, path: str) -> int:
        """How many requests came for `path`, whatever their query."""
        return sum(seen.path == path for seen in self.seen)

    def __setitem__(self, path: str, answers: "Answer | Sequence[Answer]") -> None:
        self.answers[path] = [answers] if callable(answers) else list(answers)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        if self.bugs:
            raise self.bugs[0]

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep what a handler raised, for the end of the `with` block."""

    def answer_for(self, seen: "Seen") -> "Answer":
        with self._lock:
            self.seen.append(seen)
            turns = self.answers.get(seen.path, [status(404)])
            return turns.pop(0) if len(turns) > 1 else turns[0]

    def connected(self) -> None:
        with self._lock:
            self.connections += 1

    def began(self) -> None:
        with self._lock:
            self._answering += 1
            self.busiest = max(self.busiest, self._answering)

    def ended(self) -> None:
        with self._lock:
            self._answering -= 1


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived; header names in lower case, `at` in monotonic seconds."""

    path: str
    query: str
    headers: Mapping[str, str]
    at: float
    body: bytes = b""


class Exchange(BaseHTTPRequestHandler):
    """One connection; answers are functions of it that call `reply`, `write` and `wait`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: FeedServer

    def setup(self) -> None:
        self.server.connected()
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        super().finish()
        if self.server.tls:
            self.request.close()  # the server knows only the socket that was wrapped

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # the client left, as many of these tests make it do
        except BaseException as error:  # raised on, and once more where the test sees it
            self.server.bugs.append(error)
            raise

    def do_GET(self) -> None:  # the name http.server calls
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        answer = self.server.answer_for(Seen(path, query, headers, time.monotonic(), body))
        self.server.began()
        try:
            answer(self)
        finally:
            self.server.ended()

    do_POST = do_GET  # noqa: N815 - the name http.server calls

    def reply(self, code: int, headers: Mapping[str, str], body: bytes | None = b"") -> None:
        """Send an answer; without a body (None) the headers are the caller's to complete."""
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None and code != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.write(body or b"")

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def wait(self, seconds: float) -> None:
        """Sleep, but not longer than the server lives."""
        if self.server.stopping.wait(seconds):
            raise ConnectionAbortedError

    def log_message(self, *_args: object) -> None:
        pass


Answer = Callable[[Exchange], None]


def fetcher_for(*servers: FeedServer, **changes: Any) -> Fetcher:
    """A Fetcher that may visit `servers`, in a hurry unless `changes` say otherwise."""
    hurry: dict[str, Any] = {
        "user_agent": "Test-City-collector (+https://city.example)",
        "connect_timeout": 2,
        "read_timeout": 2,
        "deadline": 10,
        "max_bytes": MEGABYTE,
        "host_concurrency": 4,
        "host_pause": 0,
        "backoff": 0.01,
        "allow_hosts": [server.host for server in servers],
    }
    return Fetcher(**hurry | changes)


def ok(
    body: bytes,
    *,
    etag: str = "",
    last_modified: str = "",
    content_type: str = CALENDAR,
    coding: str = "",
) -> Answer:
    """200 with `body` as it is (`coding` only names it), or 304 if the client has it already."""
    headers = {
        "Content-Type": content_type,
        "ETag": etag,
        "Last-Modified": last_modified,
        "Content-Encoding": coding,
    }
    headers = {name: value for name, value in headers.items() if value}

    def answer(exchange: Exchange) -> None:
        sent = exchange.headers
        if (etag and sent.get("If-None-Match") == etag) or (
            last_modified and sent.get("If-Modified-Since") == last_modified
        ):
            exchange.reply(304, headers)
        else:
            exchange.reply(200, headers, body)

    return answer


def html(text: str = "Please log in") -> Answer:
    """A web page where a calendar should be."""
    page = f"<!doctype html><html><body><h1>{text}</h1></body></html>".encode()
    return ok(page, content_type="text/html; charset=utf-8")


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """Any status; headers by keyword: `status(429, retry_after="1")`."""
    named = _named(headers)
    return lambda exchange: exchange.reply(code, named, body)


def redirect(location: str, code: int = 302) -> Answer:
    return status(code, b"<a>moved</a>", location=location)


def later(seconds: float, answer: Answer) -> Answer:
    """Another answer after some seconds of silence."""

    def wait_first(exchange: Exchange) -> None:
        exchange.wait(seconds)
        answer(exchange)

    return wait_first


def stall() -> Answer:
    """Silence after the request."""
    return later(3600, hang_up())


def hang_up() -> Answer:
    """The connection ends without an answer."""

    def answer(exchange: Exchange) -> None:
        exchange.close_connection = True

    return answer


def drip(body: bytes, pause: float = 0.02) -> Answer:
    """Headers at once, then a byte of `body` every `pause` seconds."""

    def answer(exchange: Exchange) -> None:
        exchange.reply(200, {"Content-Type": CALENDAR, "Content-Length": str(len(body))}, None)
        for byte in body:
            exchange.write(bytes([byte]))
            exchange.wait(pause)

    return answer


def drip_headers(pause: float = 0.02) -> Answer:
    """A header that never ends, a byte every `pause` seconds."""

    def answer(exchange: Exchange) -> None:
        exchange.write(b"HTTP/1.1 200 OK\r\nX-Endless: ")
        while True:
            exchange.write(b"x")
            exchange.wait(pause)

    return answer


def truncated(body: bytes, missing: int = 100, **headers: str) -> Answer:
    """A Content-Length of `missing` bytes more than come before the connection ends."""
    named = _named(headers)

    def answer(exchange: Exchange) -> None:
        length = {"Content-Length": str(len(body) + missing)}
        exchange.reply(200, {"Content-Type": CALENDAR, **named, **length}, None)
        exchange.write(body)
        exchange.close_connection = True

    return answer


def chunked(*chunks: bytes, whole: bool = True) -> Answer:
    """A chunked body; if it is not `whole`, the connection ends before the last chunk."""

    def answer(exchange: Exchange) -> None:
        exchange.reply(200, {"Content-Type": CALENDAR, "Transfer-Encoding": "chunked"}, None)
        for chunk in chunks:
            exchange.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        exchange.write(b"0\r\n\r\n" if whole else b"")
        exchange.close_connection = not whole

    return answer


def until_close(body: bytes, **headers: str) -> Answer:
    """No length at all: the body ends where the connection does."""
    named = _named(headers)

    def answer(exchange: Exchange) -> None:
        exchange.reply(200, {"Content-Type": CALENDAR, "Connection": "close", **named}, None)
        exchange.write(body)

    return answer


def endless(code: int = 200, **headers: str) -> Answer:
    """A body without an end, as fast as the client reads."""
    named = _named(headers)

    def answer(exchange: Exchange) -> None:
        exchange.reply(code, {"Content-Type": CALENDAR, "Connection": "close", **named}, None)
        while not exchange.server.stopping.is_set():
            exchange.write(b"X-MORE:x\r\n" * 5000)

    return answer


def bomb(megabytes: int = 10_000, coding: str = "gzip") -> Answer:
    """A thousandth of `megabytes` on the wire, which inflates to them all."""

    def answer(exchange: Exchange) -> None:
        headers = {"Content-Type": CALENDAR, "Content-Encoding": coding, "Connection": "close"}
        exchange.reply(200, headers, None)
        for block in _bomb(megabytes, coding):
            exchange.write(block)

    return answer


def bytes_on_the_wire(data: bytes) -> Answer:
    """These bytes for an answer, HTTP or not; then the connection ends."""

    def answer(exchange: Exchange) -> None:
        exchange.write(data)
        exchange.close_connection = True

    return answer


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


def _bomb(megabytes: int, coding: str) -> Iterator[bytes]:
    if coding == "gzip":
        yield gzip.compress(b"")[:10]
    block = _deflated_megabyte()
    for _ in range(megabytes):
        yield block


@cache
def _deflated_megabyte() -> bytes:
    """A million zeros as raw DEFLATE blocks that may be repeated (a full flush forgets the past)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)


def _server_context(pem: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context
