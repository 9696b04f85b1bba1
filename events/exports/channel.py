"""What every format says alike: the words of a channel and of an event, and their addresses."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.dateformat import format as formatted
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.browse.matching import KINDS, TIME_NAMES
from events.filters import WEEKDAYS, Filter
from events.models import Event
from events.weblinks import web_address

UNWRITABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)
"""What XML forbids, and what some readers of iCalendar and CSV take for the end of a line."""


@dataclass(frozen=True, slots=True)
class Channel:
    """The events that one filter lets through at one moment."""

    wanted: Filter
    events: Sequence[Event]
    today: dt.date

    @property
    def name(self) -> str:
        """The site's name and the filter's words, for the list of calendars in somebody's app."""
        words = " · ".join(
            _said(self.wanted)
        )  # commas: some apps show the backslash of their escape
        return f"{settings.SITE_NAME}: {words}" if words else settings.SITE_NAME

    @property
    def page(self) -> str:
        return _with_query(f"{settings.SITE_URL}/events/", self.wanted)

    def address(self, path: str) -> str:
        """Return the channel's own address in a format, by the format's path."""
        return _with_query(f"{settings.SITE_URL}{path}", self.wanted)

    @property
    def changed_at(self) -> dt.datetime | None:
        """When one of its events last changed. An event that left says nothing here: trust the ETag."""
        return max((event.changed_at for event in self.events), default=None)


def site_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def short_address(event: Event) -> str:
    """Return an address that stays the same whatever the title becomes."""
    return f"{settings.SITE_URL}/events/{quote(event.event_id, safe='')}/"


def page_address(event: Event) -> str:
    return f"{short_address(event)}{event.slug}/"


def clean(text: str | None) -> str:
    """Return a text without characters that a format cannot hold, its lines ended by LF."""
    if not text or text.isprintable():  # nearly always, and ten times as fast
        return text or ""
    return UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def title(event: Event) -> str:
    """Return the title; what is off says so in it, because Google Calendar shows no STATUS."""
    marks = {"CANCELLED": _("Cancelled: %(title)s"), "POSTPONED": _("Postponed: %(title)s")}
    mark: str = marks.get(event.event_status or "", "%(title)s")
    return mark % {"title": clean(event.title)}


def when(event: Event) -> str:
    """Return the time in words, on the site's clock."""
    start, end = event.start_datetime, event.end_datetime
    day = capfirst(_day(start))
    if event.all_day:
        last = event.last_day
        return day if last == start.date() else f"{day} {_to_day(_day(last))}"
    if end <= start:
        return f"{day}, {formatted(start, 'P')}"
    far = event.last_day != start.date()
    until = pgettext("time", "to %(end)s") % {"end": formatted(end, "P")}
    if far:
        until = _to_day(f"{_day(end)}, {formatted(end, 'P')}")
    return f"{day}, {formatted(start, 'P')} {until}"


def _day(date: dt.date) -> str:
    return str(formatted(date, _("l, F j, Y")))


def _to_day(day: str) -> str:
    return str(pgettext("day", "to %(end)s") % {"end": day})


def notes(event: Event) -> list[str]:
    """Return what it costs, who is behind it and where they say so, a line each."""
    others = [clean(other.get("group_name")) for other in event.also_published_by or ()]
    lines = [
        (_("Cost: %(cost)s"), "cost", clean(event.cost)),
        (_("By: %(group)s"), "group", clean(event.group_name)),
        (_("Also published by: %(groups)s"), "groups", ", ".join(filter(None, others))),
        (_("Organizer's page: %(address)s"), "address", web_address(event.url)),
    ]
    return [line % {name: value} for line, name, value in lines if value]


def spoken_times(event: Event) -> tuple[str, str]:
    """Return start and end in ISO 8601: dates, the end exclusive, if all day; else times with their offset."""
    start, end = event.start_datetime, max(event.end_datetime, event.start_datetime)
    if event.all_day:
        return start.date().isoformat(), end.date().isoformat()
    zone = settings.SITE_ZONE
    return start.replace(tzinfo=zone).isoformat(), end.replace(tzinfo=zone).isoformat()


def _with_query(address: str, wanted: Filter) -> str:
    return f"{address}?{wanted.query}" if wanted.query else address


def _said(wanted: Filter) -> list[str]:
    return [
        *wanted.regions,
        *wanted.cities,
        *wanted.categories,
        *wanted.groups,
        *([str(KINDS[wanted.kind]).lower()] if wanted.kind else []),
        *([_("free")] if wanted.free else []),
        *(str(WEEKDAYS_ABBR[WEEKDAYS.index(day)]).capitalize() for day in wanted.weekdays),
        *(str(TIME_NAMES[time]).lower() for time in wanted.times),
        *wanted.words,
        *(_("not %(word)s") % {"word": word} for word in wanted.without),
    ]
