"""Events with a rule and no feed: their occurrences are put 90 days ahead."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from pynamodb.exceptions import UpdateError

from collector.announce import Announcement, Site, announce
from collector.ical import Window, read_calendar
from collector.models import Series
from collector.store import Writer
from dctech.dynamodb import lost_race
from groups.models import Group

DAYS_AHEAD = 90


def expand(writer: Writer, site: Site) -> tuple[Counter[str], int]:
    """Put the occurrences that have come into view since the last run; return counts and the number of writes."""
    counts: Counter[str] = Counter()
    writes = 0
    today = writer.moment.today
    until = today + dt.timedelta(days=DAYS_AHEAD)
    for series in Series.all():
        since = max(today, series.expanded_until or today)
        for announcement in occurrences(series, Window(since, until), site):
            done = writer.create(
                announcement, source_type="single_event", last_seen_date=None, group_id=None
            )
            counts[done.what] += 1
            writes += done.writes
        if not writer.dry_run and since < until:
            writes += _mark(series, until)
    return +counts, writes


def _mark(series: Series, until: dt.date) -> int:
    """Note how far it was put; another run that was faster noted the same."""
    try:
        series.update(actions=[Series.expanded_until.set(until)])
    except UpdateError as error:
        if not lost_race(error):
            raise
        return 0
    return 1


def occurrences(series: Series, window: Window, site: Site) -> list[Announcement]:
    """Return what starts within the window, in the words of the series' definition."""
    definition = series.definition
    body = _calendar(series.sort, definition).encode()
    rules = Group("", slug="", name=definition["title"], categories=definition.get("categories"))
    read = read_calendar(body, window, zone=site.zone).occurrences
    announced, _ = announce(read, rules, site)
    return [
        dataclasses.replace(a, cost=definition.get("cost") or "", group_name="")
        for a in announced
        if window.start <= a.start.date() < window.end
    ]


def _calendar(name: str, definition: Mapping[str, Any]) -> str:
    """Return the series as a calendar, so that rules are expanded in one place."""
    day = dt.date.fromisoformat(definition["date"])
    time = definition.get("time")
    start = (
        f"DTSTART:{day:%Y%m%d}T{time.replace(':', '')}00"
        if time
        else f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    )
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "BEGIN:VEVENT",
        f"UID:series:{name}",
        start,
        f"RRULE:{definition['rrule']}",
        f"SUMMARY:{_escaped(definition['title'])}",
        f"LOCATION:{_escaped(definition.get('location') or '')}",
        f"DESCRIPTION:{_escaped(definition.get('description') or '')}",
        *([f"URL:{definition['url']}"] if definition.get("url") else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lines) + "\r\n"


def _escaped(text: str) -> str:
    """Return TEXT as RFC 5545, section 3.3.11 writes it."""
    for plain, escaped in (
        ("\\", "\\\\"),
        (";", "\\;"),
        (",", "\\,"),
        ("\r\n", "\\n"),
        ("\n", "\\n"),
    ):
        text = text.replace(plain, escaped)
    return text
