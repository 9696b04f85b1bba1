"""What a feed would give, for somebody who waits for the answer: read at once, in a hurry, storing nothing."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from collector.announce import Announcement, Site, announce
from collector.discover import feeds_of, is_web_page
from collector.fetch import Fetcher, FetchError, Request, Response
from collector.fetch.fetcher import user_agent
from collector.ical import NotACalendar, Window, read_calendar
from groups.models import Group

DAYS_AHEAD = 180
EVENTS_SHOWN = 10
PROBLEMS_SHOWN = 5

DEADLINE = 10.0
"""Seconds for the whole fetch: somebody looks at a page that loads, and API Gateway hangs up after 29."""

MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Preview:
    """Either `error`, a stable slug, is said and `message` why in words, or the rest is what the feed has."""

    error: str = ""
    message: str = ""
    feeds: list[str] = field(default_factory=list)
    """Where the address is a web page: the feeds that it leads to."""
    name: str = ""
    events: list[Announcement] = field(default_factory=list)
    total: int = 0
    elsewhere: int = 0
    problems: list[str] = field(default_factory=list)


def preview(address: str, now: dt.datetime, **fetching: Any) -> Preview:
    """Read what is at an address, as the collector would; `fetching` changes how (collector.fetch.Fetcher)."""
    try:
        with _fetcher(**fetching) as fetcher:
            answer = fetcher.get(Request(address))
    except FetchError as error:
        return Preview(error.kind, str(error))
    today = now.astimezone(settings.SITE_ZONE).date()
    window = Window(today, today + dt.timedelta(days=DAYS_AHEAD))
    try:
        reading = read_calendar(answer.body, window, zone=settings.SITE_ZONE)
    except NotACalendar as error:
        return _not_a_calendar(answer, error)
    site = Site(settings.SITE_ZONE, settings.SITE_REGIONS)
    group = Group("preview", slug="preview", name=reading.name or "")
    announced, left_out = announce(reading.occurrences, group, site)
    return Preview(
        name=reading.name,
        events=announced[:EVENTS_SHOWN],
        total=len(announced),
        elsewhere=left_out["elsewhere"],
        problems=[problem.message for problem in reading.problems[:PROBLEMS_SHOWN]],
    )


def _not_a_calendar(answer: Response, error: NotACalendar) -> Preview:
    if not is_web_page(answer.body, answer.content_type):
        return Preview(error.kind, str(error))
    return Preview("web-page", str(error), feeds=feeds_of(answer.body, answer.url))


def _fetcher(**changes: Any) -> Fetcher:
    hurry: dict[str, Any] = {
        "user_agent": user_agent(settings.SITE_NAME, settings.SITE_URL),
        "connect_timeout": min(settings.COLLECTOR_CONNECT_TIMEOUT, DEADLINE),
        "read_timeout": min(settings.COLLECTOR_READ_TIMEOUT, DEADLINE),
        "deadline": min(settings.COLLECTOR_DEADLINE, DEADLINE),
        "max_bytes": min(settings.COLLECTOR_MAX_BYTES, MOST_BYTES),
        "allow_hosts": settings.COLLECTOR_ALLOW_HOSTS,
        "host_concurrency": settings.COLLECTOR_HOST_CONCURRENCY,
        "host_pause": 0,
        "retries": 0,
    }
    return Fetcher(**hurry | changes)
