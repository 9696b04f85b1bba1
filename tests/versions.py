"""Lambda as Zappa asks for it, in front of an emulator that lacks three things.

The emulator takes no name like `function:NAME:VERSION`, which is one by the pattern in AWS's own description of
GetFunction, and for each version it hands out the newest code. Here the name is taken apart, and the code of each
version is kept as it was when it was published. And it runs nothing: what a function is asked to do is noted here.
"""

import http.client
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import requests

NAMED = re.compile(r"/2015-03-31/functions/(?:\d{12}:)?(?:function:)?([\w-]+):(\d+)")
INVOKES = re.compile(r"/2015-03-31/functions/[\w:-]+/invocations")
PUBLISHES = re.compile(r"/2015-03-31/functions(?:/[\w-]+/code)?/?")


class Versions(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, emulator: str) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.emulator = urlsplit(emulator).netloc
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.codes: dict[str, bytes] = {}
        self.invoked: list[Any] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.shutdown()
        self.server_close()

    def keep(self, published: dict[str, Any]) -> None:
        """Keep the code of a version that was published just now."""
        name, version = published["FunctionName"], published["Version"]
        path = f"http://{self.emulator}/2015-03-31/functions/{name}"
        location = requests.get(path, timeout=60).json()["Code"]["Location"]
        self.codes[f"/code/{name}/{version}"] = requests.get(location, timeout=60).content


class Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Versions

    def handle_any(self) -> None:
        path, _, _query = unquote(self.path).partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if path in self.server.codes:
            self.send(200, {"Content-Type": "application/zip"}, self.server.codes[path])
        elif self.command == "GET" and (named := NAMED.fullmatch(path)):
            name, version = named.groups()
            asked = f"/2015-03-31/functions/{name}?Qualifier={version}"
            status, headers, content = self.fetch(asked, body)
            found = json.loads(content)
            found["Code"]["Location"] = f"{self.server.url}/code/{name}/{version}"
            self.send(status, headers, json.dumps(found).encode())
        elif INVOKES.fullmatch(path):
            self.server.invoked.append(json.loads(body))
            self.send(200, {"Content-Type": "application/json"}, b"null")
        else:
            status, headers, content = self.fetch(self.path, body)
            if self.command in {"POST", "PUT"} and PUBLISHES.fullmatch(path) and status < 300:
                self.server.keep(json.loads(content))
            self.send(status, headers, content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = handle_any  # noqa: N815 - the base's names

    def fetch(self, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Return the emulator's answer."""
        connection = http.client.HTTPConnection(self.server.emulator, timeout=60)
        headers = {n: v for n, v in self.headers.items() if n.lower() != "connection"}
        connection.request(self.command, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), content

    def send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        length = headers.get("content-length") if self.command == "HEAD" else len(content)
        self.send_header("Content-Length", str(length or 0))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's
        """Keep quiet."""
