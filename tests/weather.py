"""A proxy between the site and DynamoDB that makes bad weather, as one calls it: stalls, cuts, throttling, errors."""

import http.client
import json
import socketserver
import threading
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import urlsplit

THROTTLED = "ProvisionedThroughputExceededException"

Weather = Callable[["Visit"], None]


class Proxy(socketserver.ThreadingTCPServer):
    """Passes requests on to `engine`, unless its `weather` has answered, delayed or cut one."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, engine: str) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.engine = urlsplit(engine).netloc
        self.weather: Weather = fair
        self.operations: list[str] = []
        self.over = threading.Event()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def count(self, operation: str) -> int:
        """Note a request and return its number, from 1."""
        with self._lock:
            self.operations.append(operation)
            return len(self.operations)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone away is what the weather is for."""


class Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.operation = self.headers["X-Amz-Target"].partition(".")[2]
        self.number = self.server.count(self.operation)
        self.answered = False
        self.server.weather(self)
        if not self.answered:
            self.send(*self.fetch())

    def fetch(self) -> tuple[int, bytes]:
        """Return the engine's answer."""
        connection = http.client.HTTPConnection(self.server.engine, timeout=60)
        headers = {n: v for n, v in self.headers.items() if n.lower() not in {"host", "connection"}}
        connection.request("POST", "/", self.body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    def send(self, status: int, content: bytes) -> None:
        self.answered = True
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-amz-crc32", str(zlib.crc32(content)))
        self.end_headers()
        self.wfile.write(content)

    def fail(self, status: int, code: str) -> None:
        said = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "bad weather"}
        self.send(status, json.dumps(said).encode())

    def cut(self) -> None:
        """Close the connection without a word."""
        self.answered = self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's
        """Keep quiet."""


def fair(_visit: Visit) -> None:
    """Everything goes through."""


def throttling(visit: Visit) -> None:
    visit.fail(400, THROTTLED)


def errors(visit: Visit) -> None:
    visit.fail(500, "InternalServerError")


def stalls(visit: Visit) -> None:
    """Nothing is answered until the weather is over."""
    visit.server.over.wait()


def cuts(visit: Visit) -> None:
    visit.cut()


def cuts_after(visit: Visit) -> None:
    """The request is carried out, and its answer lost."""
    visit.fetch()
    visit.cut()


def each(nth: int, weather: Weather) -> Weather:
    """Have this weather for every nth request."""
    return lambda visit: weather(visit) if visit.number % nth == 0 else None
