"""How close reading many feeds comes to the floor that their hosts' latency sets.

The floor is N x latency / workers: every worker always waiting for a host and for nothing else. The
hosts are 127.x.y.z addresses, served by one process of its own that answers after the latency.
"""

import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path

from collector.fetch import Fetcher, Request, Response

ROOT = Path(__file__).resolve().parent.parent
FEEDS = 1500
WORKERS = 64
LATENCY = 0.2
GOAL = "<= 1.15"
ROUNDS = 3
FIRST_HOST = IPv4Address("127.20.0.1")
BODY = b"BEGIN:VCALENDAR\r\n" + b"X-PADDING:%s\r\n" % (b"x" * 60) * 64 + b"END:VCALENDAR\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)

Row = tuple[str, float, float, float, str]


def rows() -> list[Row]:
    """Return (name, ours, reference, ratio, goal): the median of three rounds against the floor."""
    floor = FEEDS * LATENCY / WORKERS
    with hosts() as port:
        seconds = sorted(read_all(port) for _ in range(ROUNDS))[ROUNDS // 2]
    name = (
        f"fetch {FEEDS:,} feeds on {FEEDS:,} hosts at {LATENCY * 1000:.0f} ms, {WORKERS} workers, s"
    )
    return [(name, seconds, floor, seconds / floor, GOAL)]


def read_all(port: int) -> float:
    """Return the seconds that one reading of all the feeds takes."""
    origins = [f"{FIRST_HOST + number}:{port}" for number in range(FEEDS)]
    with Fetcher(
        user_agent="benchmark",
        connect_timeout=5,
        read_timeout=15,
        deadline=60,
        max_bytes=1_000_000,
        host_concurrency=2,
        host_pause=0.2,
        allow_hosts=origins,
    ) as fetcher:
        asked = {origin: Request(f"http://{origin}/feed.ics") for origin in origins}
        started = time.perf_counter()
        answers = dict(fetcher.get_all(asked, workers=WORKERS))
        seconds = time.perf_counter() - started
    assert all(isinstance(answer, Response) and answer.body == BODY for answer in answers.values())
    assert len(answers) == FEEDS
    return seconds


@contextmanager
def hosts() -> Iterator[int]:
    """Run the hosts in a process of their own and give the port they all listen on."""
    command = [sys.executable, "-m", "benchmarks.fetch", "serve"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


class _Host(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"\r\n\r\n"):
            asyncio.get_running_loop().call_later(LATENCY, self.transport.write, ANSWER)


async def serve() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    loop = asyncio.get_running_loop()
    first = await loop.create_server(_Host, str(FIRST_HOST), 0, backlog=WORKERS)
    port = first.sockets[0].getsockname()[1]
    rest = [str(FIRST_HOST + number) for number in range(1, FEEDS)]
    others = await loop.create_server(_Host, rest, port, backlog=WORKERS)
    print(port, flush=True)
    async with first, others:
        await asyncio.Event().wait()


if __name__ == "__main__" and sys.argv[1:] == ["serve"]:
    asyncio.run(serve())
