"""Who changes the calendar meanwhile: a moderator by the API, and the collector with a feed that is never the same."""

import asyncio
import datetime as dt
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.load.answers import NOT_FOUND, OK, Truths
from benchmarks.load.readers import Connection
from benchmarks.load.truth import Truth
from tests.conftest import ROOT
from tests.running import Site
from tests.servers import Exchange, FeedServer, ok

EVENTS_IN_FEED = 20


@dataclass(slots=True)
class Moderator:
    """Edits one event, rejects and approves another, in turn."""

    url: str
    key: str
    edited: str
    toggled: str
    pause: float
    """Seconds between two acts."""
    acts: int = 0
    versions: Counter[str] = field(default_factory=Counter)

    async def work(self, truths: Truths, until: float) -> None:
        async with Connection(self.url) as connection:
            await connection.open()
            while not self.acts or time.monotonic() < until:
                number = self.acts // 2 + 1
                truths.room.begin(number)
                room = f"Room {number} of the Load Hall, Arlington, VA"
                await self._act(connection, self.edited, "", location=room)
                truths.room.finish()
                await asyncio.sleep(self.pause)
                await self._toggle(connection, truths.toggled)
                await asyncio.sleep(self.pause)

    async def _toggle(self, connection: Connection, truth: Truth) -> None:
        if truth.values[-1].value == OK:
            truth.begin(NOT_FOUND)
            await self._act(connection, self.toggled, "/reject", reason="Not today.")
        else:
            truth.begin(OK)
            await self._act(connection, self.toggled, "/approve")
        truth.finish()

    async def _act(self, connection: Connection, event_id: str, act: str, **said: str) -> None:
        body = {"version": self.versions[event_id] + 1, **said}
        answer = await connection.ask(
            f"/api/admin/events/{event_id}{act}",
            "PUT",
            json.dumps(body).encode(),
            Authorization=f"Bearer {self.key}",
            Content_Type="application/json",
        )
        assert answer.status == OK, answer.body
        self.versions[event_id] += 1
        self.acts += 1


async def collect(site: Site, feeds: FeedServer, truths: Truths, until: float = 0) -> int:
    """Collect over and over until a moment; return how often."""
    environment = site.environment | {
        "COLLECTOR_ALLOW_HOSTS": feeds.host,
        "COLLECTOR_HOST_PAUSE": "0",
    }
    done = 0
    while not done or time.monotonic() < until:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "manage.py", "collect_feeds", "--force"),
            cwd=ROOT,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()
        truths.title.finish()
        done += 1
    return done


def changing(truths: Truths, day: dt.date):
    """Return a feed whose events have other titles each time it is read."""

    def answer(exchange: Exchange) -> None:
        number = truths.title.values[-1].value + 1
        truths.title.begin(number)
        ok(calendar(number, day))(exchange)

    return answer


def calendar(number: int, day: dt.date) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//load//EN"]
    for each in range(EVENTS_IN_FEED):
        lines += [
            "BEGIN:VEVENT",
            f"UID:load-{each}",
            f"DTSTART:{day:%Y%m%d}T{each:02}0000",
            f"DTEND:{day:%Y%m%d}T{each:02}4500",
            f"SUMMARY:Collected {number} times\\, event {each}",
            "LOCATION:Town Hall\\, Arlington\\, VA",
            f"URL:https://example.org/load/{each}",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
