import datetime as dt
from collections.abc import Iterable
from itertools import groupby, islice

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from events.models import EVERYWHERE, Event

DAYS_SHOWN = 28


def wall_clock(now: dt.datetime) -> dt.datetime:
    """Return a moment as wall time in the site's zone, as events are stored."""
    return now.astimezone(settings.SITE_ZONE).replace(tzinfo=None)


def by_day(events: Iterable[Event], today: dt.date) -> list[tuple[dt.date, list[Event]]]:
    """Group events, sorted by start, by day; what began earlier and still runs is under today."""

    def day(event: Event) -> dt.date:
        return max(event.start_datetime.date(), today)

    return [(date, list(found)) for date, found in groupby(sorted(events, key=day), key=day)]


def home(request):
    now = wall_clock(timezone.now())
    upcoming = Event.upcoming(now, DAYS_SHOWN, [*settings.SITE_REGIONS, EVERYWHERE])
    in_person = [event for event in upcoming if event.location_type != "virtual"]
    days = by_day(in_person, now.date())
    return render(
        request, "events/home.html", {"days": days, "today": now.date(), "weeks": DAYS_SHOWN // 7}
    )


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
        return redirect("event", found.event_id, found.slug)  # not for good: titles change
    return render(request, "events/event.html", {"event": found, "now": wall_clock(now)})


def _next_of(event: Event, now: dt.datetime) -> list[Event]:
    """Return what the event's group has next."""
    if not event.group_id:
        return []
    return list(islice(Event.coming_of_group(event.group_id, now), 5))
