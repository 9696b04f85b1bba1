"""Readers: each has one connection, and asks for the next page as soon as it has the last one."""

import asyncio
import random
import socket
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Self
from urllib.parse import urlsplit

from benchmarks.load.answers import OK, Answer, Page, Said, Truths, faults

AT_THE_DOOR = 5
"""Connections that are opened at the same time: the queue of Django's own server holds ten."""


class Connection:
    """HTTP/1.1 over one connection, as far as this site speaks it."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._writer.close()

    async def open(self) -> None:
        """Connect, and make sure that somebody has taken the call."""
        name, _, port = self.host.partition(":")
        self._reader, self._writer = await asyncio.open_connection(name, int(port))
        await self.ask("/robots.txt")

    async def ask(
        self, path: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> Answer:
        """Send a request; raises asyncio.IncompleteReadError where the answer is cut short."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        sent = time.monotonic()
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        self._acknowledge_at_once()
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        pairs = (line.partition(": ") for line in head[1:] if line)
        said = {name.lower(): value for name, _, value in pairs}
        content = await self._reader.readexactly(int(said.get("content-length", 0)))
        return Answer(int(head[0].split()[1]), said, content, sent, time.monotonic())

    def _acknowledge_at_once(self) -> None:
        """Django's server sends head and body apart, and Linux would have it wait 40 ms for the first one's ACK."""
        if hasattr(socket, "TCP_QUICKACK"):
            own = self._writer.get_extra_info("socket")
            own.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


@dataclass(slots=True)
class Reading:
    """What readers of a site find, all together."""

    url: str
    pages: Sequence[Page]
    truths: Truths
    seconds: list[float] = field(default_factory=list)
    """How long each answer took."""
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    door: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, AT_THE_DOOR))

    async def by(self, readers: int, seconds: float) -> "Reading":
        """Let so many read for so long."""
        until = time.monotonic() + seconds
        await asyncio.gather(*(self._reader(number, until) for number in range(readers)))
        return self

    async def _reader(self, number: int, until: float) -> None:
        """Read pages at random; every other time say which answer of the page is known."""
        chance, known = random.Random(number), {}
        weights = [page.weight for page in self.pages]
        async with Connection(self.url) as connection:
            async with self.door:
                await connection.open()
            while time.monotonic() < until:
                [page] = chance.choices(self.pages, weights)
                etag, kept = (
                    known.get(page.path, ("", None)) if chance.random() < 0.5 else ("", None)
                )
                try:
                    sent = {"If_None_Match": etag} if etag else {}
                    answer = await connection.ask(page.path, **sent)
                except (OSError, asyncio.IncompleteReadError) as error:
                    self.wrong.append(f"{page.path}: {error!r}")
                    return
                self._note(page, answer, kept)
                if answer.status == OK:
                    known[page.path] = answer.headers["etag"], Said.by(page, answer.body)

    def _note(self, page: Page, answer: Answer, kept: Said | None) -> None:
        self.seconds.append(answer.received - answer.sent)
        self.statuses[answer.status] += 1
        self.wrong += [f"{page.path}: {fault}" for fault in faults(page, answer, kept, self.truths)]
