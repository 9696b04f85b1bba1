"""Events in lists: rows and days made once for each version of their events, where a long page spends its time."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from django import template
from django.template.loader import get_template
from django.utils import translation
from django.utils.dateformat import format as date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.days import Showing, Span, days_of, showing
from events.models import Event
from events.weblinks import web_address

register = template.Library()

ROWS, DAYS = 5_000, 500
"""Rows and days kept in a process, a kilobyte for each event; the least lately used go first."""

Key = tuple[object, ...]


class Fragments:
    """The pieces of pages that one template makes, as many as are wanted most."""

    def __init__(self, template_name: str, most: int) -> None:
        self._template_name = template_name
        self._most = most
        self._made: OrderedDict[Key, SafeString] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, context: dict[str, object]) -> SafeString:
        """Return what the template makes of this context; the key tells apart all that it may say."""
        with self._lock:
            fragment = self._made.get(key)
            if fragment is not None:
                self._made.move_to_end(key)
                return fragment
        fragment = get_template(self._template_name).render(context)
        with self._lock:
            self._made[key] = fragment
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return fragment

    def clear(self) -> None:
        with self._lock:
            self._made.clear()


rows = Fragments("events/_event.html", ROWS)
days = Fragments("events/_day.html", DAYS)


register.filter(web_address)


@register.simple_tag
def event_row(event: Event, day: dt.date, dated: bool = False, named: bool = True) -> SafeString:  # noqa: FBT001, FBT002 - a template's arguments
    """Return an event as a row of the list of a day; `dated` rows say their date, `named` ones the group."""
    seen = showing(event, _next_day(event, day) if dated else day)
    key = (translation.get_language(), dated, named, *_known(event), seen)
    return rows.get(key, {"event": event, "seen": seen, "dated": dated, "named": named})


@register.simple_tag
def event_day(day: dt.date, events: Sequence[Event], today: dt.date | None = None) -> SafeString:
    """Return a day with its events, as a section of a page."""
    seen = [(*_known(event), showing(event, day)) for event in events]
    key = (translation.get_language(), day, day == today, *seen)
    return days.get(key, {"day": day, "events": events, "today": today})


@register.simple_tag
def event_showing(event: Event, day: dt.date) -> Showing:
    """Return how a list shows an event on a day."""
    return showing(event, day)


@register.filter
def in_words(seen: Showing) -> str:
    """Return the times of a day as text: "9 a.m. to noon", "Since Sep 2", "All day"."""
    if seen.since:
        return str(_("Since %(day)s") % {"day": date_format(seen.since, _("M j"))})
    return ", ".join(map(_span, seen.times)) or str(_("All day"))


@register.filter
def one_line(text: str | None) -> str:
    """Return a text without line breaks, for what is laid out by lines."""
    return " ".join((text or "").split())


def _span(span: Span) -> str:
    start = str(date_format(span.start, "P"))
    if span.end is None:
        return start
    return f"{start} {pgettext('time', 'to %(end)s') % {'end': date_format(span.end, 'P')}}"


def _next_day(event: Event, today: dt.date) -> dt.date:
    """Return the day that a row says where the list is not by day: the next one of several with their own times."""
    if not event.sessions:
        return max(event.start_datetime.date(), today)
    known = days_of(event)
    return next((day for day in known if day >= today), known[-1])


def _known(event: Event) -> Key:
    """Return what decides what an event says. `changed_at` moves whenever the public sees another thing."""
    return event.event_id, event.changed_at, event.state
