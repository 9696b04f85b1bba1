import datetime as dt
from collections import Counter

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timesince import timesince

from events.filters import Filter, addressable
from events.lists import listing
from events.models import DAYS_AHEAD, Event
from events.views import wall_clock
from groups.models import Group


def groups(request):
    now = wall_clock(timezone.now())
    upcoming = Event.upcoming(now, DAYS_AHEAD, Filter().states)
    totals = Counter(event.group_id for event in upcoming)
    firsts = {event.group_id: event.start_datetime.date() for event in reversed(upcoming)}
    found = [
        {
            "group": group,
            "total": totals[group.group_id],
            "next": max(firsts.get(group.group_id, now.date()), now.date()),
        }
        for group in Group.active_and_approved()
    ]
    context = {"groups": found, "today": now.date(), "listing": listing(request.path, ())}
    return render(request, "groups/groups.html", context)


def group(request, name):
    """Show a group by its slug; its group_id, where that is no clean slug, redirects there."""
    known = list(Group.active_and_approved())
    found = next((group for group in known if group.slug == name), None)
    if found is None:
        renamed = next((group for group in known if group.group_id == name), None)
        if renamed is None:
            raise Http404("No group with this address is listed.")
        return redirect("group", renamed.slug, permanent=True)
    now = timezone.now()
    coming = list(Event.coming_of_group(found.group_id, wall_clock(now)))
    context = {
        "group": found,
        "events": coming,
        "today": wall_clock(now).date(),
        "feed": _freshness(found, now),
        "query": Filter(groups=(found.group_id,)).query if addressable(found.group_id) else "",
        "listing": listing(request.path, coming),
    }
    return render(request, "groups/group.html", context)


def _freshness(group: Group, now: dt.datetime) -> dict[str, object] | None:
    """Return how fresh the group's events are, in the page's terms; None for a group whose feed was never read."""
    from collector.door import freshness_of  # noqa: PLC0415 - nothing imports the collector when it loads

    known = freshness_of(group.group_id) if group.ical else None
    if known is None:
        return None
    fresh = now - known.read_at < dt.timedelta(minutes=1)
    return {
        "read_on": wall_clock(known.read_at).date(),
        "ago": "" if fresh else timesince(known.read_at, now, depth=1),
        "failing": known.failing,
    }
