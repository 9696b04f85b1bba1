"""What the events' own pages say, for groups that have `scan_for_metadata`: each page is read once a day."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from collector.announce import LOCATION_LENGTH, TITLE_LENGTH, link
from collector.fetch import Fetcher, FetchError, Request
from collector.ical import Occurrence
from collector.webpage import EventPage, read_event_page
from groups.models import Group

PAGES_A_READ = 50
"""How many pages of one group are read at most in one collection; those that were read longest ago go first."""

PAGES_KEPT = 200
"""Of how many pages of one group it is kept what they said, the next events first: a feed's record holds 400 KB."""

Kept = dict[str, Any]
"""address -> [date of the read, what the page said or None], as `Feed.pages` keeps it"""


def read(
    group: Group,
    occurrences: Iterable[Occurrence],
    kept: Mapping[str, Any] | None,
    today: dt.date,
    fetcher: Fetcher,
) -> Kept:
    """Return what the pages of these occurrences say; those that were not read today yet are read."""
    if not group.scan_for_metadata:
        return {}
    linked = [o for o in occurrences if o.url][:PAGES_KEPT]
    starts = {link(o, group): _date(o.start) for o in reversed(linked)}
    pages = {url: page for url, page in (kept or {}).items() if url in starts}
    last_read = {url: pages[url][0] if url in pages else "" for url in starts}
    due = sorted(
        (u for u in starts if last_read[u] != today.isoformat()), key=last_read.__getitem__
    )
    requests = {url: Request(url, accept="text/html") for url in due[:PAGES_A_READ]}
    for url, answer in fetcher.get_all(requests, workers=settings.COLLECTOR_WORKERS):
        if isinstance(answer, FetchError):
            continue  # what the page said before stays; it is asked again the next day
        page = read_event_page(answer.body, url=url, start=starts[url])
        pages[url] = [today.isoformat(), _kept(page)]
    return pages


def said(pages: Kept) -> dict[str, EventPage]:
    """Return what there is to know of each address."""
    return {url: EventPage(**page) for url, (_, page) in pages.items() if page}


def _kept(page: EventPage | None) -> dict[str, Any] | None:
    """Return of a page what is used, so that the record of a feed stays small."""
    if page is None:
        return None
    brief = dataclasses.replace(
        page,
        name=page.name[:TITLE_LENGTH],
        location=page.location[:LOCATION_LENGTH],
        start=page.start[:10],
        end="",
        description="",
        image="",
    )
    return {
        name: value for name, value in dataclasses.asdict(brief).items() if value not in {"", None}
    }


def _date(moment: dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment
