"""The first page, and an event's own."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from events import sharing
from events.days import DAY, by_day
from events.lists import listing, of_days
from events.models import EVERYWHERE, Category, Event
from events.periods import Day, NoSuchPeriod
from events.weblinks import web_address
from groups.models import Group

DAYS_SHOWN = 28
NEWEST_SHOWN = 5


def wall_clock(now: dt.datetime) -> dt.datetime:
    """Return a moment as wall time in the site's zone, as events are stored."""
    return now.astimezone(settings.SITE_ZONE).replace(tzinfo=None)


def newest(events: Iterable[Event], count: int) -> list[Event]:
    """Return the events that came to the calendar last, the newest first."""
    return sorted(events, key=lambda event: event.created_at, reverse=True)[:count]


def regions_of(events: Iterable[Event]) -> list[tuple[str, int]]:
    """Return the site's regions that events are in, each with how many."""
    counts = Counter(event.region for event in events)
    return [(region, counts[region]) for region in settings.SITE_REGIONS if counts[region]]


def home(request: HttpRequest) -> HttpResponse:
    now = wall_clock(timezone.now())
    upcoming = Event.upcoming(now, DAYS_SHOWN, [*settings.SITE_REGIONS, EVERYWHERE])
    in_person = [event for event in upcoming if event.location_type != "virtual"]
    days = by_day(in_person, now.date(), now.date() + DAYS_SHOWN * DAY)
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


def event(request: HttpRequest, event_id: str, slug: str = "") -> HttpResponse:
    found = Event.find(event_id)
    if found is not None and found.status == "approved" and found.duplicate_of:
        found, slug = Event.find(found.duplicate_of), ""
    if found is None or not found.listed:
        raise Http404("No event with this address is listed.")
    now = timezone.now()
    if found.expired(now):
        coming = _next_of(found, wall_clock(now))
        return render(request, "events/gone.html", {"coming": coming}, status=410)
    if slug != found.slug:
        moved = redirect("event", found.event_id, found.slug, permanent=True)
        moved["Cache-Control"] = "no-cache"  # a title may change back, and a merge be undone
        return moved
    context = {
        "event": found,
        "day": _day_of(found),
        "publishers": _publishers(found),
        "categories": _categories(found),
        "region": found.state if found.state in settings.SITE_REGIONS else "",
        "sharing": sharing.context(found),
    }
    return render(request, "events/event.html", context)


def _day_of(event: Event) -> Day | None:
    """Return the page of the day it begins on; a feed may name a day that no page has."""
    try:
        return Day.around(event.start_datetime.date())
    except NoSuchPeriod:
        return None


def _publishers(event: Event) -> list[dict[str, object]]:
    """Return who announces it, with the group's page here where it is listed and its own site."""
    own = {
        "group_id": event.group_id,
        "group_name": event.group_name,
        "group_website": event.group_website,
    }
    named = [each for each in [own, *(event.also_published_by or ())] if each.get("group_name")]
    return [
        {
            "name": each["group_name"],
            "slug": _slug_of(each.get("group_id")),
            "website": web_address(each.get("group_website")),
        }
        for each in named
    ]


def _slug_of(group_id: str | None) -> str:
    group = Group.find(group_id) if group_id else None
    return group.slug if group and group.active_approved else ""


def _categories(event: Event) -> list[Category]:
    """Return its categories that have a page."""
    wanted = set(event.categories or ())
    return [category for category in Category.all() if category.slug in wanted] if wanted else []


def _next_of(event: Event, now: dt.datetime) -> list[Event]:
    """Return what the event's group has next."""
    if not event.group_id:
        return []
    return list(islice(Event.coming_of_group(event.group_id, now), 5))
