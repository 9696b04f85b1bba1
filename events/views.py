import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, islice

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from events import sharing
from events.lists import listing, of_days
from events.models import EVERYWHERE, Event

DAYS_SHOWN = 28
NEWEST_SHOWN = 5


def wall_clock(now: dt.datetime) -> dt.datetime:
    """Return a moment as wall time in the site's zone, as events are stored."""
    return now.astimezone(settings.SITE_ZONE).replace(tzinfo=None)


def by_day(events: Iterable[Event], today: dt.date) -> list[tuple[dt.date, list[Event]]]:
    """Group events, sorted by start, by day; what began earlier and still runs is under today."""

    def day(event: Event) -> dt.date:
        return max(event.start_datetime.date(), today)

    return [(date, list(found)) for date, found in groupby(sorted(events, key=day), key=day)]


def newest(events: Iterable[Event], count: int) -> list[Event]:
    """Return the events that came to the calendar last, the newest first."""
    return sorted(events, key=lambda event: event.created_at, reverse=True)[:count]


def regions_of(events: Iterable[Event]) -> list[tuple[str, int]]:
    """Return the site's regions that events are in, each with how many."""
    counts = Counter(event.region for event in events)
    return [(region, counts[region]) for region in settings.SITE_REGIONS if counts[region]]


def home(request):
    now = wall_clock(timezone.now())
    upcoming = Event.upcoming(now, DAYS_SHOWN, [*settings.SITE_REGIONS, EVERYWHERE])
    in_person = [event for event in upcoming if event.location_type != "virtual"]
    days = by_day(in_person, now.date())
    context = {
        "days": days,
        "listing": listing(request.path, of_days(days)),
        "today": now.date(),
        "weeks": DAYS_SHOWN // 7,
        "regions_today": regions_of(_on(days, now.date())),
        "newest": newest(upcoming, NEWEST_SHOWN),
    }
    return render(request, "events/home.html", context)


def _on(days: Sequence[tuple[dt.date, list[Event]]], today: dt.date) -> list[Event]:
    return next((events for day, events in days if day == today), [])


def event(request, event_id, slug=""):
    found = Event.find(event_id)
    if found is not None and found.status == "approved" and found.duplicate_of:
        found, slug = Event.find(found.duplicate_of), ""
    if found is None or not found.listed:
        raise Http404("No event with this address is listed.")
    now = timezone.now()
    if found.expired(now):
        coming = _next_of(found, wall_clock(now))
        return render(request, "events/gone.html", {"event": found, "coming": coming}, status=410)
    if slug != found.slug:
        moved = redirect("event", found.event_id, found.slug, permanent=True)
        moved["Cache-Control"] = "no-cache"  # a title may change back, and a merge be undone
        return moved
    return render(
        request,
        "events/event.html",
        {"event": found, "now": wall_clock(now), "sharing": sharing.context(found)},
    )


def _next_of(event: Event, now: dt.datetime) -> list[Event]:
    """Return what the event's group has next."""
    if not event.group_id:
        return []
    return list(islice(Event.coming_of_group(event.group_id, now), 5))
