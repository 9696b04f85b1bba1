"""Pages of a week, a month and a day."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from events.filters import Filter
from events.lists import listing, of_days
from events.models import Event
from events.periods import Day, Month, NoSuchPeriod, Period, Week
from events.views import by_day, wall_clock

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
    events = [event for event in found if not event.expired(now)]
    days = by_day(events, period.first)
    context = {
        "period": period,
        "days": days,
        "listing": listing(request.path, of_days(days)),
        "total": len(events),
        "today": today,
        "current": today in period,
        "kept": settings.EVENT_RETENTION_DAYS,
        "past_retention": _past_retention(period, today),
        "week": _around(Week, period.first),
        "month": _around(Month, period.first),
    }
    if isinstance(period, Month):
        context["grid"] = _grid(period, events)
    return render(request, template, context)


def _past_retention(period: Period, today: dt.date) -> bool:
    days = settings.EVENT_RETENTION_DAYS
    return bool(days) and period.first < today - dt.timedelta(days=days)


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
    found = [event for event in events if event.start_datetime.date() <= date <= event.last_day]
    more = len(found) - NAMED_IN_THE_GRID
    return {
        "date": date,
        "day": Day.around(date),
        "total": len(found),
        "events": found[:NAMED_IN_THE_GRID],
        "more": max(more, 0),
    }
