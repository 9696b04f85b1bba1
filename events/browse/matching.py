"""The page of any filter."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from events.browse.places import DAYS_AHEAD
from events.filters import TIMES, WEEKDAYS, BadFilter, Filter
from events.models import Category, Event
from events.views import by_day, wall_clock

KINDS = {"": "Both", "in_person": "In person", "virtual": "Online"}
WEEKDAY_NAMES = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


def events(request: HttpRequest) -> HttpResponse:
    """List what matches; a filter said in a roundabout way is sent to the address that says it shortest."""
    try:
        wanted = Filter.from_query(request.GET)
    except BadFilter as error:
        return _page(request, Filter(), {"mistake": str(error)}, status=400)
    if _fields(request.GET) != _fields(QueryDict(wanted.query)):
        return redirect("?".join(filter(None, [reverse("events"), wanted.query])))
    now = wall_clock(timezone.now())
    upcoming = Event.upcoming(now, DAYS_AHEAD, wanted.states)
    found = [event for event in upcoming if wanted.matches(event)]
    context = {"days": by_day(found, now.date()), "total": len(found), "today": now.date()}
    return _page(request, wanted, context)


def _fields(query: QueryDict) -> dict[str, list[str]]:
    """Return the values of a query; how they are encoded on their way makes no difference."""
    return dict(query.lists())


def _page(
    request: HttpRequest, wanted: Filter, context: dict[str, object], status: int = 200
) -> HttpResponse:
    choices = {
        "regions": _choices({name: name for name in settings.SITE_REGIONS}, wanted.regions),
        "categories": _choices({c.slug: c.name for c in Category.all()}, wanted.categories),
        "kinds": _choices(KINDS, [wanted.kind]),
        "weekdays": _choices(WEEKDAY_NAMES, wanted.weekdays),
        "times": _choices({name: name.capitalize() for name in TIMES}, wanted.times),
        "cities": ", ".join(wanted.cities),
        "groups": ",".join(wanted.groups),
        "words": " ".join(wanted.words),
        "without": " ".join(wanted.without),
    }
    more = {
        "wanted": wanted,
        "said": _said(wanted, choices),
        "choices": choices,
        "days_ahead": DAYS_AHEAD,
    }
    return render(request, "events/events.html", context | more, status=status)


def _said(wanted: Filter, choices: dict[str, Any]) -> list[str]:
    """Return the filter in words, a field an item."""
    fields = ("regions", "kinds", "weekdays", "times", "categories")
    chosen = [
        " or ".join(choice["label"] for choice in choices[field] if choice["chosen"])
        for field in fields
        if getattr(wanted, "kind" if field == "kinds" else field)
    ]
    return [
        *chosen,
        *(["Free"] if wanted.free else []),
        *([" or ".join(wanted.cities)] if wanted.cities else []),
        *([f"of {choices['groups']}"] if wanted.groups else []),
        *(f"“{word}”" for word in wanted.words),
        *(f"not “{word}”" for word in wanted.without),
    ]


def _choices(labels: dict[str, str], chosen: Sequence[str]) -> list[dict[str, object]]:
    return [
        {"value": value, "label": label, "chosen": value in chosen}
        for value, label in labels.items()
    ]
