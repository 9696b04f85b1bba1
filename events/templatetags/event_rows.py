"""An event in a list: made once for each version of the event, since a page of two hundred spends its time there."""

import datetime as dt
from collections import OrderedDict
from threading import Lock

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from events.models import Event

register = template.Library()

ROWS = 5_000
"""Rows kept in a process, about a kilobyte each; the least lately used go first."""

_rows: OrderedDict[tuple[object, ...], SafeString] = OrderedDict()
_lock = Lock()


@register.simple_tag
def event_row(event: Event, day: dt.date, dated: bool = False) -> SafeString:  # noqa: FBT001, FBT002 - a template's argument
    """Return an event as a row of the list of a day; `dated` rows say their date.

    `changed_at` moves whenever the public sees another thing, so that a row of the same moment is the same row.
    """
    begun = event.start_datetime.date() < day
    key = (event.event_id, event.changed_at, event.state, begun, dated)
    with _lock:
        row = _rows.get(key)
        if row is not None:
            _rows.move_to_end(key)
            return row
    context = {"event": event, "day": day, "dated": dated}
    row = get_template("events/_event.html").render(context)
    with _lock:
        _rows[key] = row
        while len(_rows) > ROWS:
            _rows.popitem(last=False)
    return row
