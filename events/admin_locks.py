"""Field locks on an event's admin page: whose they are, what the feed says now, and how to give a field back."""

import datetime as dt
from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from dctech.admin.panel_acts import carry_out, find, may, require
from dctech.admin.wording import field_label, said, shortened, who
from dctech.moderation import Act, Moderated
from events.editing import TOGETHER, unlocking

FOLLOWS = {part for parts in TOGETHER.values() for part in parts} - set(TOGETHER)
"""Locks that come and go with another one."""


def locks_panel(request: HttpRequest, item: Moderated) -> dict[str, Any] | None:
    locks, feed = getattr(item, "locks", None) or {}, getattr(item, "feed_values", None) or {}
    if not locks:
        return None
    rows = [
        {
            "name": name,
            "label": field_label(item.KIND, name),
            "value": shortened(lock["value"]),
            "feed": shortened(feed.get(name)),
            "who": who(lock["by"]),
            "at": _moment(lock.get("at")),
            "reason": lock.get("reason"),
        }
        for name, lock in sorted(locks.items())
        if name not in FOLLOWS
    ]
    return {
        "title": "Locked fields",
        "template": "moderation/locks.html",
        "context": {"rows": rows, "may_unlock": may(request, item.KIND, "change")},
    }


@require_POST
def unlock(request: HttpRequest, key: str) -> HttpResponse:
    """Give a field back to the feed: what it says counts at once, and its next read is a whole one."""
    require(request, "event", "view", "change")
    event, name = find("event", key), request.POST.get("field", "")
    if name not in (event.locks or {}):
        raise Http404("That field is not locked.")

    def do(act: Act) -> str:
        event.change("unlocked", act, unlocking(event, name))
        if event.group_id:
            from collector.door import read_again  # noqa: PLC0415 - nothing imports the collector when it loads

            read_again(event.group_id)
        value = said(getattr(event, name, None))
        return f"{field_label('event', name)} is the feed's again: {value}."

    return carry_out(request, event, do)


def _moment(text: str | None) -> dt.datetime | None:
    with suppress(ValueError):
        return dt.datetime.fromisoformat(text or "")
    return None
