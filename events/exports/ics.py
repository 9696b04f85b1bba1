"""iCalendar (RFC 5545), written straight to bytes: a calendar library takes 25 times as long.

Nothing here reads the clock. The same events give the same bytes, so that an app which asks every hour gets a 304.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings

from events.exports.channel import (
    Channel,
    clean,
    notes,
    page_address,
    site_host,
    title,
)
from events.exports.zones import vtimezone
from events.models import Event
from events.weblinks import web_address

OCTETS = 75
"""The longest a line may be, by RFC 5545, without its end."""

ESCAPES = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"))
STATUSES = {"CANCELLED": "CANCELLED", "TENTATIVE": "TENTATIVE", "POSTPONED": "TENTATIVE"}
"""event_status -> STATUS of RFC 5545, which knows no postponed events; CONFIRMED for everything else."""


def calendar(channel: Channel) -> bytes:
    """Return the calendar to subscribe to."""
    name = escaped(channel.name)
    subscription = (
        f"NAME:{name}",
        f"X-WR-CALNAME:{name}",
        f"X-WR-TIMEZONE:{settings.SITE_TIMEZONE}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    )
    return _written(channel.events, subscription, channel.today)


def single(event: Event) -> bytes:
    """Return one event to add to a calendar, with its whole description."""
    return _written([event], (), event.start_datetime.date())


def escaped(text: str | None) -> str:
    """Return a TEXT value."""
    value = clean(text)
    for character, written in ESCAPES:
        value = value.replace(character, written)
    return value


def folded(line: str) -> bytes:
    """Return a content line in pieces of at most 75 octets, no character divided, ended by CRLF."""
    rest = line.encode()
    if len(rest) <= OCTETS:
        return rest + b"\r\n"
    pieces, room = [], OCTETS
    while len(rest) > room:
        cut = room
        while rest[cut] & 0xC0 == 0x80:  # noqa: PLR2004 - within a character of UTF-8
            cut -= 1
        pieces.append(rest[:cut])
        rest, room = rest[cut:], OCTETS - 1  # a space begins what goes on
    return b"\r\n ".join([*pieces, rest]) + b"\r\n"


def _written(events: Sequence[Event], subscription: Iterable[str], today: dt.date) -> bytes:
    first = min((event.start_datetime.date() for event in events), default=today)
    zone = vtimezone(settings.SITE_ZONE, first.year - 1)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{site_host()}//{escaped(settings.SITE_NAME)}//{settings.LANGUAGE_CODE.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *subscription,
        *zone,
    ]
    for event in events:
        lines += _components(event, in_utc=not zone)
    lines.append("END:VCALENDAR")
    return b"".join(map(folded, lines))


def _components(event: Event, *, in_utc: bool) -> Iterator[str]:
    """Yield the lines of the event, or of each of its sessions where its days have times of their own."""
    about = list(_about(event))
    for suffix, times in _occurrences(event, in_utc=in_utc):
        yield "BEGIN:VEVENT"
        yield f"UID:{escaped(event.event_id)}{suffix}@{site_host()}"
        yield from times
        yield from about
        yield "END:VEVENT"


def _occurrences(event: Event, *, in_utc: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield what to add to the UID, and the times.

    A session is known by its day, so that one before it which is dropped makes no other of it.
    """
    if not event.sessions:
        yield "", _times(event.start_datetime, event.end_datetime, event.all_day, in_utc)
    days: Counter[dt.date] = Counter()
    for session in event.session_times:
        start, end = session["start"], session["end"]
        if start is None:
            continue
        days[start.date()] += 1
        again = f"-{days[start.date()]}" if days[start.date()] > 1 else ""
        yield f"-{start:%Y%m%d}{again}", _times(start, end or start, False, in_utc)


def _times(start: dt.datetime, end: dt.datetime, all_day: bool, in_utc: bool) -> list[str]:  # noqa: FBT001
    """Return DTSTART and, where there is a length, DTEND: one that is not after DTSTART is forbidden."""
    if all_day:
        lines = [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"]
        return lines if end.date() > start.date() else lines[:1]
    if in_utc or _unclear(start) or _unclear(end):
        first, last = _moment(_aware(start)), _moment(_aware(end))
        return [f"DTSTART:{first}", f"DTEND:{last}"] if last > first else [f"DTSTART:{first}"]
    zone = settings.SITE_TIMEZONE
    lines = [
        f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}",
    ]
    return lines if end > start else lines[:1]


def _unclear(wall: dt.datetime) -> bool:
    """Tell whether a wall time comes twice, or never, as clocks change: readers disagree about when it is."""
    aware = _aware(wall)
    return aware.utcoffset() != aware.replace(fold=1).utcoffset()


def _about(event: Event) -> Iterator[str]:
    """Yield what all sessions share. DTSTAMP moves with the content alone, or every read would be a change."""
    changed = _moment(event.changed_at)
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"CREATED:{_moment(event.created_at)}"
    yield f"SEQUENCE:{int(event.sequence)}"
    yield f"STATUS:{STATUSES.get(event.event_status or '', 'CONFIRMED')}"
    yield f"SUMMARY:{escaped(title(event))}"
    yield f"DESCRIPTION:{escaped(_description(event))}"
    yield f"URL:{page_address(event)}"
    if event.location:
        yield f"LOCATION:{escaped(event.location)}"
    if event.geo:
        latitude, longitude = event.geo
        yield f"GEO:{latitude:.6f};{longitude:.6f}"
    if event.categories:
        yield "CATEGORIES:" + ",".join(map(escaped, event.categories))
    if event.group_name and (website := web_address(event.group_website)):
        yield f'ORGANIZER;CN="{_quoted(event.group_name)}":{website}'


def _description(event: Event) -> str:
    text = clean(event.description or event.excerpt).strip()
    return "\n\n".join(filter(None, [text, "\n".join(notes(event))]))


def _quoted(text: str) -> str:
    """Return what may stand in a quoted parameter."""
    return " ".join(clean(text).replace('"', "'").split())


def _aware(wall: dt.datetime) -> dt.datetime:
    return wall.replace(tzinfo=settings.SITE_ZONE)


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
