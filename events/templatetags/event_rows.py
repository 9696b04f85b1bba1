"""Events in lists: rows and days made once for each version of their events, where a long page spends its time."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from django import template
from django.template.loader import get_template
from django.utils import translation
from django.utils.safestring import SafeString

from events.models import Event

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


@register.simple_tag
def event_row(event: Event, day: dt.date, dated: bool = False) -> SafeString:  # noqa: FBT001, FBT002 - a template's argument
    """Return an event as a row of the list of a day; `dated` rows say their date."""
    key = (translation.get_language(), dated, *_seen_on(event, day))
    return rows.get(key, {"event": event, "day": day, "dated": dated})


@register.simple_tag
def event_day(day: dt.date, events: Sequence[Event], today: dt.date | None = None) -> SafeString:
    """Return a day with its events, as a section of a page."""
    seen = [_seen_on(event, day) for event in events]
    key = (translation.get_language(), day, day == today, *seen)
    return days.get(key, {"day": day, "events": events, "today": today})


def _seen_on(event: Event, day: dt.date) -> Key:
    """Return what decides how an event looks on a day. `changed_at` moves whenever the public sees another thing."""
    return event.event_id, event.changed_at, event.state, event.start_datetime.date() < day
