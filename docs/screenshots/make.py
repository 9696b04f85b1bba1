"""Take screenshots of the site with the sample city, and of its admin: `make screenshots`. Needs chromium.

Writes docs/screenshots/*.png at desktop and phone width, light and dark; the README shows some of them.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PAGES = {
    "home": "/",
    "events": "/events/?region=VA&time=evening",
    "search": "/search/?q=pyton",
    "groups": "/groups/",
    "feeds": "/feeds/",
}
SIZES = {"desktop": "1200,1000", "phone": "390,1000"}
SCHEMES = {"light": "1", "dark": "0"}
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> None:
    browser = shutil.which("chromium") or sys.exit("chromium is needed: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="dctech-screenshots-") as data:
        site, port = start(data)
        try:
            take(browser, f"http://127.0.0.1:{port}", PAGES)
            with signed_in(port, session(data, port)) as answering:
                queue = "/admin/events/event/"
                pages = {"queue": queue, "review": first_of(queue, answering)}
                take(browser, f"http://127.0.0.1:{answering}", pages)
        finally:
            site.terminate()
            manage("localdb", "stop", data=data, port=port)


def take(browser: str, site: str, pages: dict[str, str]) -> None:
    for name, address in pages.items():
        for size, pixels in SIZES.items():
            for scheme, number in SCHEMES.items():
                shoot(
                    browser,
                    f"{site}{address}",
                    FOLDER / f"{name}-{size}-{scheme}.png",
                    [f"--window-size={pixels}", f"--blink-settings=preferredColorScheme={number}"],
                )


def session(data: str, port: int) -> str:
    """Fill the queue and return the key of a session that may see it."""
    command = [sys.executable, "manage.py", "shell", "--no-imports"]
    with (FOLDER / "staff.py").open("rb") as script:
        said = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(data, port),
            stdin=script,
            check=True,
            stdout=subprocess.PIPE,
        )
    return said.stdout.decode().split()[-1]


@contextmanager
def signed_in(port: int, key: str) -> Iterator[int]:
    """Answer on another port as the site does to somebody signed in: Chromium's command line takes no cookies."""

    class Signed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer, body = fetch(port, self.path, {"Cookie": f"sessionid={key}"})
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Signed) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def fetch(port: int, path: str, headers: dict[str, str]) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer, answer.read()


def first_of(queue: str, port: int) -> str:
    """Return the address of the review page of the first one in a queue."""
    page = fetch(port, queue, {})[1].decode()
    found = re.search(r'href="(/admin/events/event/[0-9a-f]{64}/change/)', page)
    return found[1] if found else sys.exit("nothing is in the queue")


def start(data: str) -> tuple[subprocess.Popen[bytes], int]:
    """Run the site on a free port; return its process and port once it answers."""
    port = free_port()
    command = [sys.executable, "manage.py", "run", "--port", str(port)]
    site = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(data, port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while site.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/about/")
        except OSError:
            time.sleep(0.2)
        else:
            return site, port
    sys.exit("the site did not start")


def shoot(browser: str, address: str, target: Path, options: list[str]) -> None:
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser,
                *CHROMIUM,
                *options,
                f"--user-data-dir={profile}",
                f"--screenshot={target}",
                address,
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
    print(target.relative_to(ROOT))


def manage(*arguments: str, data: str, port: int) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(data, port), check=True)


def environment(data: str, port: int) -> dict[str, str]:
    """Return settings under which the site disturbs no other one on this machine."""
    return os.environ | {
        "DATA_DIR": data,
        "LOCALDB_PORT": str(port + 1),
        "SITE_URL": f"http://127.0.0.1:{port}",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1]) - 1


if __name__ == "__main__":
    main()
