"""Many readers at once while the collector and a moderator work: no wrong answer, and how long answers take.

The site is a process of its own, as `manage.py run` serves it; each answer is checked by its readers, which are in
this one. Each asks again at once, so that as many requests as there are readers are always under way.
"""

import asyncio
import datetime as dt
import json
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load.answers import OK, Page, Truths
from benchmarks.load.readers import Reading
from benchmarks.load.truth import Truth
from benchmarks.load.workers import Moderator, changing, collect
from tests.running import Site, site
from tests.servers import FeedServer

READERS, SECONDS, IDLE_SECONDS = 200, 60, 5
PAUSE = 2.0
"""Seconds between two acts of the moderator: each makes every page anew."""

PREPARE = """
import datetime as dt, json, pathlib
from django.utils import timezone
from dctech.api.keys import ApiKey
from dctech.models import CalendarVersion
from tests import make
start = dt.datetime.fromisoformat("{day}") + dt.timedelta(hours=18)
own = dict(source_type="submission", group_id=None, group_name=None, uid=None)
edited = make.event("An evening in rooms", start, url="https://example.org/load",
    location="Room 0 of the Load Hall, Arlington, VA", **own)
toggled = make.event("Now and again", start, url="https://example.org/again", **own)
edited.create()
toggled.create()
make.group("load", ical="{feed}").save()
CalendarVersion.bump()
key = ApiKey.make("load", ["admin"], by="user:load", now=timezone.now())[1]
said = dict(edited=edited.event_id, toggled=toggled.event_id, key=key)
pathlib.Path("{told}").write_text(json.dumps(said))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    idle: Reading
    busy: Reading
    acts: int
    collections: int


def rows():
    """Yield (name, ours, reference, ratio, goal) in milliseconds."""
    found = measured(READERS, SECONDS)
    assert found.busy.wrong == [], found.busy.wrong[:10]
    meanwhile = f"{found.acts} acts and {found.collections} collections meanwhile"
    idle = statistics.median(found.idle.seconds) * 1000
    percentiles = statistics.quantiles(found.busy.seconds, n=100)
    for part in (50, 95):
        busy = percentiles[part - 1] * 1000
        name = f"{READERS} readers, {meanwhile}, p{part} ms, against p50 of one reader"
        yield name, busy, idle, busy / idle, ""
    many, one = len(found.busy.seconds) / SECONDS, len(found.idle.seconds) / IDLE_SECONDS
    yield f"answers a second to {READERS} readers, against to one", many, one, many / one, ""
    answers = len(found.busy.seconds)
    yield "wrong answers, of all", len(found.busy.wrong), answers, 0.0, "0"


def measured(
    readers: int, seconds: float, idle_seconds: float = IDLE_SECONDS, pause: float = PAUSE
) -> Measured:
    """Read an idle site alone, then one that works with many others."""
    truths = Truths(Truth(0), Truth(0), Truth(OK))
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)
    with (
        tempfile.TemporaryDirectory(prefix="dctech-load-") as folder,
        FeedServer() as feeds,
        site(Path(folder)) as running,
    ):
        feeds["/load.ics"] = changing(truths, day)
        moderator = _prepared(running, feeds, day, pause)
        pages = mix(running.url, moderator)

        async def all_together() -> Measured:
            await collect(running, feeds, truths)
            idle = await Reading(running.url, pages, truths).by(1, idle_seconds)
            until = time.monotonic() + seconds
            busy, _, collections = await asyncio.gather(
                Reading(running.url, pages, truths).by(readers, seconds),
                moderator.work(truths, until),
                collect(running, feeds, truths, until),
            )
            return Measured(idle, busy, moderator.acts, collections)

        return asyncio.run(all_together())


def _prepared(running: Site, feeds: FeedServer, day: dt.date, pause: float) -> Moderator:
    """Store what will change, and return who will change it."""
    told = running.folder / "told.json"
    code = PREPARE.format(day=day, feed=feeds.url("/load.ics"), told=told)
    running.manage("shell", "--verbosity", "0", "-c", code)
    return Moderator(running.url, pause=pause, **json.loads(told.read_text("utf-8")))


def mix(url: str, moderator: Moderator) -> list[Page]:
    """Return what readers ask for."""

    def canonical(path: str) -> str:
        return f'<link rel="canonical" href="{url}{path}">'

    room, again = (
        f"/events/{moderator.edited}/an-evening-in-rooms/",
        f"/events/{moderator.toggled}/now-and-again/",
    )
    return [
        Page("/", 30, canonical("/"), lists=True),
        Page("/es/", 5, canonical("/es/"), lists=True),
        Page("/events/", 8, canonical("/events/"), lists=True),
        Page("/events/?region=VA", 4, canonical("/events/?region=VA"), lists=True),
        Page("/locations/va/", 4, canonical("/locations/va/"), lists=True),
        Page("/locations/", 2, canonical("/locations/")),
        Page("/categories/", 2, canonical("/categories/")),
        Page("/groups/", 2, canonical("/groups/")),
        Page("/search/?q=python", 4, "<title>python \u2013 Search"),
        Page("/about/", 1, "<title>About "),
        Page(room, 10, canonical(room)),
        Page(again, 10, canonical(again)),
        Page(f"/api/events/{moderator.edited}", 3, moderator.edited, "application/json", b"}"),
        Page("/api/events", 6, '"next_updated_since"', "application/json", b"}", lists=True),
        Page(
            "/events.json",
            2,
            f'"feed_url": "{url}/events.json"',
            "application/feed+json; charset=utf-8",
            b"}]}",
            lists=True,
        ),
        Page(
            "/events.ics",
            4,
            "BEGIN:VCALENDAR",
            "text/calendar; charset=utf-8",
            b"END:VCALENDAR\r\n",
            lists=True,
        ),
        Page(
            "/events.rss",
            2,
            "<rss ",
            "application/rss+xml; charset=utf-8",
            b"</channel></rss>",
            lists=True,
        ),
        Page(
            "/events.csv",
            1,
            "event_id",
            "text/csv; charset=utf-8; header=present",
            b"\r\n",
            lists=True,
        ),
    ]
