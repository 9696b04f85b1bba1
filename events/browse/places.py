"""Pages of the site's regions, and of what is online."""

from collections import Counter
from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from events.days import DAY, by_day
from events.filters import Filter, addressable
from events.lists import listing, of_days
from events.models import DAYS_AHEAD, Event
from events.views import DAYS_SHOWN, wall_clock


def locations(request: HttpRequest) -> HttpResponse:
    now = wall_clock(timezone.now())
    found = Event.upcoming(now, DAYS_AHEAD, Filter().states)
    places = [event for event in found if event.location_type != "virtual"]
    regions = [
        {"name": region, "total": len(here), "cities": cities(here, region)}
        for region in settings.SITE_REGIONS
        for here in [[event for event in places if event.region == region]]
    ]
    context = {
        "listing": listing(request.path, ()),
        "regions": regions,
        "online": sum(event.location_type in {"virtual", "hybrid"} for event in found),
        "elsewhere": sum(event.region not in settings.SITE_REGIONS for event in places),
        "days_ahead": DAYS_AHEAD,
    }
    return render(request, "events/locations.html", context)


def region(request: HttpRequest, state: str) -> HttpResponse:
    if state.upper() not in settings.SITE_REGIONS:
        raise Http404("The site has no such region.")
    if state != state.lower():
        return redirect("region", state.lower(), permanent=True)
    now = wall_clock(timezone.now())
    events = Event.upcoming(now, DAYS_AHEAD, [state.upper()])
    days = by_day(events, now.date(), now.date() + DAYS_AHEAD * DAY)
    context = {
        "region": state.upper(),
        "cities": cities(events, state.upper()),
        "days": days,
        "listing": listing(request.path, of_days(days)),
        "total": len(events),
        "today": now.date(),
        "days_ahead": DAYS_AHEAD,
    }
    return render(request, "events/region.html", context)


def cities(events: Iterable[Event], region: str) -> list[dict[str, object]]:
    """Return the cities of events, by name, each with how many it has, and the filter of those where one can say it."""
    counts = Counter(event.city for event in events if event.city)
    return [
        {
            "name": city,
            "total": total,
            "query": Filter((region,), (city,)).query if addressable(city) else "",
        }
        for city, total in sorted(counts.items())
    ]


def virtual(request: HttpRequest) -> HttpResponse:
    now = wall_clock(timezone.now())
    upcoming = Event.upcoming(now, DAYS_SHOWN, Filter().states)
    online = [event for event in upcoming if event.location_type in {"virtual", "hybrid"}]
    days = by_day(online, now.date(), now.date() + DAYS_SHOWN * DAY)
    context = {
        "days": days,
        "listing": listing(request.path, of_days(days)),
        "today": now.date(),
        "weeks": DAYS_SHOWN // 7,
    }
    return render(request, "events/virtual.html", context)
