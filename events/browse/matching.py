"""The page of any filter."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS as NAMES
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from events.days import DAY, by_day
from events.filters import WEEKDAYS, BadFilter, Filter, date_in
from events.lists import listing, of_days
from events.models import DAYS_AHEAD, Category, Event
from events.paging import Day, Page
from events.views import wall_clock

PER_PAGE = 50
"""Events of a page; more where one day has more."""

Choices = list[dict[str, object]]

KINDS = {
    "": gettext_lazy("Both"),
    "in_person": gettext_lazy("In person"),
    "virtual": gettext_lazy("Online"),
}
WEEKDAY_NAMES = {day: capfirst(NAMES[number]) for number, day in enumerate(WEEKDAYS)}
TIME_NAMES = {
    "morning": pgettext_lazy("time of day", "Morning"),
    "afternoon": pgettext_lazy("time of day", "Afternoon"),
    "evening": pgettext_lazy("time of day", "Evening"),
}


def events(request: HttpRequest) -> HttpResponse:
    """List what matches; a filter said in a roundabout way is sent to the address that says it shortest."""
    now = wall_clock(timezone.now())
    try:
        wanted, since = Filter.from_query(request.GET), date_in(request.GET, "from")
    except BadFilter as error:
        return _page(request, Filter(), {"mistake": str(error)}, status=400)
    if since and since <= now.date():
        since = None
    address = _address(wanted, since)
    if fields_of(request.GET) != fields_of(QueryDict(address.partition("?")[2])):
        return redirect(address, permanent=True)
    upcoming = Event.upcoming(now, DAYS_AHEAD, wanted.states)
    found = [event for event in upcoming if wanted.matches(event)]
    context = {"total": len(found), "today": now.date(), "since": since}
    days = by_day(found, now.date(), now.date() + DAYS_AHEAD * DAY)
    return _page(request, wanted, context | _paged(wanted, since, days))


def _address(wanted: Filter, since: dt.date | None = None) -> str:
    """Return the one address of a filter's page that begins at a day; its first page says no day."""
    query = "&".join(filter(None, [wanted.query, f"from={since}" if since else ""]))
    return f"{reverse('events')}{query and '?'}{query}"


def fields_of(query: QueryDict) -> dict[str, list[str]]:
    """Return the values of a query; how they are encoded on their way makes no difference."""
    return dict(query.lists())


def _paged(wanted: Filter, since: dt.date | None, days: Sequence[Day]) -> dict[str, object]:
    page = Page.of(days, since, PER_PAGE)
    if since and not page.days:
        raise Http404("Nothing is listed from this day on.")
    before = after = ""
    if page.earlier:
        first = page.earlier[0][0]
        before = _address(wanted, None if first == days[0][0] else first)
    if page.next:
        after = _address(wanted, page.next)
    events = of_days(page.days)
    return {
        "days": page.days,
        "previous": before,
        "next": after,
        "listing": listing(_address(wanted, since), events, before=before, after=after),
    }


def _page(
    request: HttpRequest, wanted: Filter, context: dict[str, object], status: int = 200
) -> HttpResponse:
    choices: dict[str, Any] = {
        **common_choices(wanted),
        "weekdays": _choices(WEEKDAY_NAMES, wanted.weekdays),
        "times": _choices(TIME_NAMES, wanted.times),
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


def common_choices(wanted: Filter) -> dict[str, Choices]:
    """Return the choices of place, kind and subject that a form shows."""
    return {
        "regions": _choices({name: name for name in settings.SITE_REGIONS}, wanted.regions),
        "categories": _choices(_categories(wanted), wanted.categories),
        "kinds": _choices(KINDS, [wanted.kind]),
    }


def _categories(wanted: Filter) -> dict[str, str]:
    """Return slug -> name; one that is asked for and has no name yet keeps its slug, so that the form keeps it."""
    names = {category.slug: category.name for category in Category.all()}
    return names | {slug: slug for slug in wanted.categories if slug not in names}


def _said(wanted: Filter, choices: dict[str, Any]) -> list[str]:
    """Return the filter in words, a field an item."""
    fields = ("regions", "kinds", "weekdays", "times", "categories")
    chosen = [
        _either(str(choice["label"]) for choice in choices[field] if choice["chosen"])
        for field in fields
        if getattr(wanted, "kind" if field == "kinds" else field)
    ]
    return [
        *chosen,
        *([_("Free")] if wanted.free else []),
        *([_either(wanted.cities)] if wanted.cities else []),
        *([_("of %(groups)s") % {"groups": choices["groups"]}] if wanted.groups else []),
        *(f"“{word}”" for word in wanted.words),
        *(_("not “%(word)s”") % {"word": word} for word in wanted.without),
    ]


def _either(words: Iterable[str]) -> str:
    return reduce(
        lambda one, other: _("%(one)s or %(other)s") % {"one": one, "other": other}, words
    )


def _choices(labels: Mapping[str, str], chosen: Sequence[str]) -> Choices:
    return [
        {"value": value, "label": label, "chosen": value in chosen}
        for value, label in labels.items()
    ]
