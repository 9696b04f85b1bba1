"""Pages of the categories."""

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from events.days import DAY, by_day
from events.filters import SLUG, Filter
from events.lists import listing, of_days
from events.models import DAYS_AHEAD, Category, Event
from events.views import wall_clock


def categories(request: HttpRequest) -> HttpResponse:
    upcoming = Event.upcoming(wall_clock(timezone.now()), DAYS_AHEAD, Filter().states)
    totals = Counter(slug for event in upcoming for slug in set(event.categories or ()))
    found = [{"category": category, "total": totals[category.slug]} for category in Category.all()]
    context = {
        "categories": found,
        "days_ahead": DAYS_AHEAD,
        "listing": listing(request.path, ()),
    }
    return render(request, "events/categories.html", context)


def category(request: HttpRequest, slug: str) -> HttpResponse:
    found = _category(slug)
    now = wall_clock(timezone.now())
    upcoming = Event.upcoming(now, DAYS_AHEAD, Filter().states)
    events = [event for event in upcoming if slug in (event.categories or ())]
    days = by_day(events, now.date(), now.date() + DAYS_AHEAD * DAY)
    context = {
        "category": found,
        "days": days,
        "listing": listing(request.path, of_days(days)),
        "total": len(events),
        "today": now.date(),
        "days_ahead": DAYS_AHEAD,
    }
    return render(request, "events/category.html", context)


def _category(slug: str) -> Category:
    try:
        if SLUG.fullmatch(slug):
            return Category.get("category", slug)
    except Category.DoesNotExist:
        pass
    raise Http404("There is no such category.")


def categories_json(_request: HttpRequest) -> HttpResponse:
    """Answer as the old site did: an object keyed by slug."""
    return JsonResponse(
        {
            category.slug: {
                "slug": category.slug,
                "name": category.name,
                "description": category.description or "",
            }
            for category in Category.all()
        }
    )
