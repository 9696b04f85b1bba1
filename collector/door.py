"""What the rest of the product asks of the collector, inside the function that needs it. Nothing private leaves."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from collector.models import Feed, FeedRead, Run
from groups.models import Group

if TYPE_CHECKING:
    from collector.place import Place
    from collector.preview import Preview
    from collector.report import FeedReport
    from collector.shards import Begun


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a group's events are: when its feed was last read well, and whether that fails at present."""

    read_at: dt.datetime
    failing: bool


def freshness_of(group_id: str) -> Freshness | None:
    """Return how fresh a group's feed is; None while it has never been read well.

    Of a day, a run's first read of a feed is noted with the feed, and so is one that fails; a later one that brings
    nothing new is known by the run's record alone. So a feed that was read on the newest run's day, and not failed
    in it, was read by it.
    """
    return _freshness(Feed.of(group_id), Run.newest())


def _freshness(feed: Feed, run: Run | None) -> Freshness | None:
    group_id, read_at = feed.sort, feed.last_success_at
    if read_at is None:
        return None
    if feed.failures:
        return Freshness(read_at, failing=True)
    if run is None or feed.expanded_date != run.day or read_at >= run.finished_at:
        return Freshness(read_at, failing=False)
    if group_id in (run.failures or {}):  # a fault of ours, which is not noted with the feed
        return Freshness(read_at, failing=read_at < run.began_at)
    return Freshness(run.finished_at, failing=False)


@dataclass(frozen=True, slots=True)
class FeedNotes:
    """What is noted of a group's feed. `reads`: the last that changed something or failed, newest first."""

    feed: Feed
    reads: list[FeedRead]
    run: Run | None


def notes_of(group_id: str, reads: int) -> FeedNotes:
    """Return what is noted of a group's feed and of its last reads."""
    partition = f"feed#{group_id}"
    last = FeedRead.query(partition, scan_index_forward=False, limit=reads)
    return FeedNotes(Feed.of(group_id), list(last), Run.newest())


def health() -> dict[str, tuple[Feed, Freshness | None]]:
    """Return what is noted of every feed that was ever read, by group_id, and how fresh it is."""
    run = Run.newest()
    return {group_id: (feed, _freshness(feed, run)) for group_id, feed in Feed.all().items()}


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest collection of all groups that has ended: how many feeds were read, and how many failed.

    `units`: DynamoDB's, read and written; None where nobody counted.
    """

    finished_at: dt.datetime
    read: int
    failed: int
    units: tuple[float, float] | None


def last_run() -> LastRun | None:
    """Return the newest collection of all groups; None before the first."""
    run = Run.newest()
    if run is None:
        return None
    counts = Counter(run.counts)
    read = counts["ok"] + counts["unchanged"]
    return LastRun(run.finished_at, read, counts["failed"], run.units and tuple(run.units))


def collect_now(group_id: str, now: dt.datetime) -> "FeedReport":
    """Collect one group, whatever its feed said before; raise sources.UnknownGroup for one that is not collected."""
    from collector.collect import collect  # noqa: PLC0415 - public pages need none of its libraries

    return collect(now, group_ids=[group_id], force=True).feeds[0]


def begin_run(now: dt.datetime) -> "Begun":
    """Plan a collection of all groups in shards, and store the plan."""
    from collector.shards import begin  # noqa: PLC0415 - as above

    return begin(now)


def collect_shard(run_id: str, number: int, now: dt.datetime) -> int | None:
    """Collect one shard of a planned run; return the one to collect after it, None at the end of its chain."""
    from collector import shards  # noqa: PLC0415 - as above

    return shards.collect_shard(run_id, number, now)


def rehearse(group: Group, now: dt.datetime) -> "FeedReport":
    """Return what a collection of this group would do, pending ones included; nothing is stored."""
    from collector.collect import rehearsal  # noqa: PLC0415 - public pages need none of its libraries

    return rehearsal(group, now)


def read_again(group_id: str) -> None:
    """Let the next collection read a feed whole, even if nothing in it has changed."""
    Feed.forget_content(group_id)


@dataclass(frozen=True, slots=True)
class PageSaid:
    """What an event's own page says, in the event's attributes, and when it was read."""

    read_on: dt.date
    values: Mapping[str, str]


def page_said(group_id: str, address: str, day: dt.date) -> PageSaid | None:
    """Return what the page at an address says of an event on that day; None where it was not read or says nothing."""
    kept = (Feed.of(group_id).pages or {}).get(address)
    if not kept or not kept[1] or kept[1].get("start", f"{day}") != f"{day}":
        return None
    page = kept[1]
    values = {
        "cost": "Free" if page.get("is_free") else page.get("price"),
        "event_status": page.get("status"),
        "location_type": page.get("location_type"),
        "location": page.get("location"),
    }
    return PageSaid(dt.date.fromisoformat(kept[0]), {n: v for n, v in values.items() if v})


def preview(address: str, now: dt.datetime) -> "Preview":
    """Return what the feed at an address would give, or why it gives nothing; takes some seconds at most."""
    from collector.preview import preview as read  # noqa: PLC0415 - as above

    return read(address, now)


def canonical_url(url: str) -> str:
    """Return an address as events are told apart by it."""
    from collector.announce import canonical_url as canonical  # noqa: PLC0415 - as above

    return canonical(url)


def place_of(location: str) -> "Place":
    """Return the city and region that an address names."""
    from collector.place import locate  # noqa: PLC0415 - as above

    return locate(location)


def outside(place: "Place", kind: str) -> bool:
    """Tell whether this site would not list an event there."""
    from collector.place import is_elsewhere  # noqa: PLC0415 - as above

    return is_elsewhere(place, kind, settings.SITE_REGIONS)


def readable(html: str) -> str:
    """Return sanitised HTML as text."""
    from collector.ical.html import readable as text_of  # noqa: PLC0415 - as above

    return text_of(html)


def sanitised(html: str) -> str:
    """Return the part of HTML that is safe to show."""
    from collector.ical.html import sanitised as clean  # noqa: PLC0415 - as above

    return clean(html)
