"""A group's feed on its admin page: its last reads, a chart of them, and what can be done about it."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from dctech.admin.deciding import act_of
from dctech.admin.panel_acts import change_address, find, log, may, require
from dctech.moderation import REJECTED, Batch, Moderated
from dctech.moderation.batches import AT_MOST
from events.models import Event
from events.views import wall_clock
from groups.admin_chart import chart
from groups.models import Group

READS = 30

IN_THE_FEED = (
    "new",
    "changed",
    "moved",
    "cancelled",
    "restored",
    "seen",
    "unchanged",
    "crossposted",
)
"""What a read's counts tell of events that were in the feed."""


def feed_panel(request: HttpRequest, item: Moderated) -> dict[str, Any] | None:
    group: Any = item
    leaving = coming(group) if group.status == REJECTED or not group.active else []
    if not group.ical and not leaving:
        return None
    return {
        "title": "Feed",
        "template": "moderation/feed.html",
        "context": {
            **(_notes(group) if group.ical else {}),
            "group": group,
            "collected": bool(group.active_approved),
            "may_read": may(request, "group", "moderate"),
            "leaving": len(leaving),
            "may_clear": may(request, "event", "moderate"),
        },
    }


def coming(group: Group) -> list[str]:
    """Return the ids of a group's upcoming events, as many as one bulk act takes."""
    now = wall_clock(timezone.now())
    return [event.event_id for event in Event.coming_of_group(group.group_id, now)][:AT_MOST]


@require_POST
def read(request: HttpRequest, key: str) -> HttpResponse:
    """Collect the group now and show what came of it."""
    from collector.door import collect_now  # noqa: PLC0415 - nothing imports the collector when it loads

    require(request, "group", "view", "moderate")
    group = find("group", key)
    if not (group.active_approved and group.ical):
        messages.error(request, "Only an active, approved group with a feed is collected.")
        return redirect(change_address(group))
    report = collect_now(key, timezone.now())
    log(request, group, f"Feed read: {report.outcome}.")
    return _report(request, group, report, "What the read brought")


@require_POST
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """Show what a read would bring; nothing is stored. A POST, since it asks another site for something."""
    from collector.door import rehearse  # noqa: PLC0415 - nothing imports the collector when it loads

    require(request, "group", "view", "moderate")
    group = find("group", key)
    if not group.ical:
        messages.error(request, "The group has no feed.")
        return redirect(change_address(group))
    report = rehearse(group, timezone.now())
    return _report(request, group, report, "What a read would bring")


@require_POST
def clear(request: HttpRequest, key: str) -> HttpResponse:
    """Begin the bulk act that rejects the upcoming events of a group that is not listed any more."""
    require(request, "group", "view")
    require(request, "event", "view", "moderate")
    group = find("group", key)
    keys = [] if group.active_approved else coming(group)
    if not keys:
        messages.error(request, "It has no upcoming events, or is listed.")
        return redirect(change_address(group))
    why = "was rejected" if group.status == REJECTED else "is not active"
    act = act_of(request, f"The group {group.name} {why}.")
    batch = Batch.begin("event", REJECTED, keys, act)
    return redirect("admin:events_event_batch", batch.sort)


def _report(request: HttpRequest, group: Group, report: Any, title: str) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": title,
        "group": group,
        "back": change_address(group),
        "report": report,
        "counts": sorted(report.counts.items()),
    }
    return TemplateResponse(request, "moderation/report.html", context)


def _notes(group: Group) -> dict[str, Any]:
    from collector.door import freshness_of, notes_of  # noqa: PLC0415 - nothing imports the collector when it loads

    notes = notes_of(group.group_id, READS)
    run = notes.run
    return {
        "feed": notes.feed,
        "fresh": freshness_of(group.group_id),
        "reads": [
            {"read": each, "at": _moment(each), "events": _events(each)} for each in notes.reads
        ],
        "chart": chart([(_label(each), _events(each)) for each in reversed(notes.reads)]),
        "run": run,
        "run_failure": (run.failures or {}).get(group.group_id) if run else None,
    }


def _events(read: Any) -> int | None:
    """Return how many events a read found in the feed, None where it failed."""
    if read.outcome != "ok":
        return None
    counts: dict[str, int] = read.counts or {}
    return sum(counts.get(name, 0) for name in IN_THE_FEED)


def _label(read: Any) -> str:
    events = _events(read)
    at = timezone.localtime(_moment(read))
    return f"{at:%Y-%m-%d %H:%M}: {read.outcome if events is None else events}"


def _moment(read: Any) -> dt.datetime:
    return dt.datetime.fromisoformat(read.sort)
