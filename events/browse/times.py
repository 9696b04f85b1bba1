"""Pages of a week, a month and a day."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from events.days import by_day, is_on
from events.filters import Filter
from events.lists import listing, of_days
from events.models import DAYS_AHEAD, Event
from events.periods import DAY, Day, Month, NoSuchPeriod, Period, Week
from events.views import wall_clock

NAMED_IN_THE_GRID = 3


def week(request: HttpRequest, text: str) -> HttpResponse:
    try:
        return _page(request, Week.read(text), "events/week.html")
    except NoSuchPeriod as error:
        raise Http404("There is no such week.") from error


def day(request: HttpRequest, text: str) -> HttpResponse:
    try:
        return _page(request, Day.read(text), "events/day.html")
    except NoSuchPeriod as error:
        raise Http404("There is no such day.") from error


def month(request: HttpRequest, year: str, month: str) -> HttpResponse:
    try:
        found = Month.read(year, month)
    except NoSuchPeriod as error:
        raise Http404("There is no such month.") from error
    if month.startswith("0"):
        return redirect(found, permanent=True)
    return _page(request, found, "events/month.html")


def _page(request: HttpRequest, period: Period, template: str) -> HttpResponse:
    now = timezone.now()
    today = wall_clock(now).date()
    found = Event.between(period.starts, period.ends, Filter().states)
    events = [
        event
        for event in found
        if not event.expired(now) and is_on(event, period.first, period.end)
    ]
    days = by_day(events, period.first, period.end)
    lost = not events and _far(period, today)
    context = {
        "period": period,
        "days": days,
        "listing": listing(request.path, of_days(days)),
        "total": len(events),
        "today": today,
        "current": today in period,
        "kept": settings.EVENT_RETENTION_DAYS,
        "past_retention": _past_retention(period, today),
        "lost": lost,
        "before": None if lost else period.previous,
        "after": None if lost else period.next,
        "week": None if lost else _around(Week, period.first),
        "month": None if lost else _around(Month, period.first),
    }
    if isinstance(period, Month):
        context["grid"] = _grid(period, events)
    response = render(request, template, context)
    if lost:
        response["X-Robots-Tag"] = "noindex"
    return response


def _far(period: Period, today: dt.date) -> bool:
    """Tell whether nothing is expected there: an empty page leads no crawler on through two centuries of them."""
    before = dt.timedelta(days=settings.EVENT_RETENTION_DAYS or DAYS_AHEAD)
    ahead = dt.timedelta(days=DAYS_AHEAD)
    return period.last < today - before or period.first > today + ahead


def _past_retention(period: Period, today: dt.date) -> bool:
    days = settings.EVENT_RETENTION_DAYS
    kept_since = today - dt.timedelta(days=days)
    return bool(days) and period.first < kept_since and period.end <= today


def _around(kind: type[Period], date: dt.date) -> Period | None:
    """Return the period of a kind; around the first and the last of all days there may be none."""
    try:
        return kind.around(date)
    except NoSuchPeriod:
        return None


def _grid(month: Month, events: Sequence[Event]) -> list[dict[str, object]]:
    return [
        {"week": _around(Week, row[0]), "days": [_cell(date, month, events) for date in row]}
        for row in month.grid
    ]


def _cell(date: dt.date, month: Month, events: Sequence[Event]) -> dict[str, object]:
    """Return a day of the grid: with its events if it is one of the month."""
    if date not in month:
        return {"date": date}
    found = [event for event in events if is_on(event, date, date + DAY)]
    more = len(found) - NAMED_IN_THE_GRID
    return {
        "date": date,
        "day": Day.around(date),
        "total": len(found),
        "events": found[:NAMED_IN_THE_GRID],
        "more": max(more, 0),
    }
