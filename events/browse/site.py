"""What is new, what the site is, and what machines ask it for."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from events.filters import Filter
from events.lists import listing
from events.models import DAYS_AHEAD, Category, Event
from events.periods import Day, Month, Week
from events.views import DAYS_SHOWN, newest, wall_clock
from groups.models import Group

NEWEST_SHOWN = 50


def just_added(request: HttpRequest) -> HttpResponse:
    upcoming = Event.upcoming(wall_clock(timezone.now()), DAYS_AHEAD, Filter().states)
    events = newest(upcoming, NEWEST_SHOWN)
    context = {
        "events": events,
        "days_ahead": DAYS_AHEAD,
        "listing": listing(request.path, events),
    }
    return render(request, "events/just_added.html", context)


def about(request: HttpRequest) -> HttpResponse:
    context = {"kept": settings.EVENT_RETENTION_DAYS, "regions": settings.SITE_REGIONS}
    return render(request, "events/about.html", context)


def submit_event(_request: HttpRequest) -> HttpResponse:
    """Answer the old site's address of its form."""
    return redirect("submit-event", permanent=True)


def robots(_request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Allow: /", f"Sitemap: {_absolute(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def sitemap(request: HttpRequest) -> HttpResponse:
    now = wall_clock(timezone.now())
    context = {
        "pages": [_absolute(address) for address in _addresses(Day.around(now.date()))],
        "events": [
            (_absolute(reverse("event", args=[event.event_id, event.slug])), event.changed_at)
            for event in Event.upcoming(now, DAYS_AHEAD, Filter().states)
        ],
    }
    return render(request, "events/sitemap.xml", context, content_type="application/xml")


def _addresses(today: Day) -> list[str]:
    """Return the addresses of all pages but the events' own."""
    names = [
        "home",
        "virtual",
        "events",
        "just-added",
        "locations",
        "categories",
        "groups",
        "feeds",
        "about",
        "transparency",
    ]
    return [
        *map(reverse, names),
        *_periods(today),
        *(reverse("region", args=[region.lower()]) for region in settings.SITE_REGIONS),
        *(reverse("category", args=[category.slug]) for category in Category.all()),
        *(reverse("group", args=[group.slug]) for group in Group.active_and_approved()),
    ]


def _periods(today: Day) -> list[str]:
    """Return the addresses of the days, weeks and months of the weeks that the home page shows."""
    days = [today]
    while len(days) < DAYS_SHOWN and days[-1].next:
        days.append(days[-1].next)
    found = [
        kind.around(day.first).get_absolute_url() for kind in (Day, Week, Month) for day in days
    ]
    return list(dict.fromkeys(found))


def _absolute(address: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{address}"
