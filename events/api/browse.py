"""What events are found by: weeks, places and categories."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from dctech.api.conditional import answer, kept, public
from dctech.api.problems import Problem
from events.api import payload, schemas
from events.api.listing import last_change
from events.browse.places import cities
from events.filters import Filter
from events.models import DAYS_AHEAD, Category, Event
from events.periods import NoSuchPeriod, Period, Week
from events.views import wall_clock

router = Router(tags=["Browse"])


@router.get(
    "/weeks/{week}",
    response=schemas.Week,
    operation_id="get_week",
    summary="All events of an ISO week",
    openapi_extra=kept(404, dated=True),
)
@public()
def get_week(request: HttpRequest, week: str) -> HttpResponse:
    """Named like 2026-W36; from Monday to Sunday."""
    try:
        days = Week.read(week)
    except NoSuchPeriod as error:
        raise Problem(404, "Weeks are named like 2026-W36.") from error
    now = timezone.now()
    found = Event.between(days.starts, days.ends, Filter().states)
    events = [event for event in found if not event.expired(now)]
    said = {
        "week": _name(days),
        "start_date": days.first.isoformat(),
        "end_date": days.last.isoformat(),
        "previous": _name(days.previous),
        "next": _name(days.next),
        "events": [payload.event(event) for event in events],
    }
    return answer(said, last_change(events))


def _name(week: Period | None) -> str | None:
    return f"{week.first:%G-W%V}" if week else None


@router.get(
    "/locations",
    response=schemas.Locations,
    operation_id="list_locations",
    summary="Regions and cities, and how many events each has",
    openapi_extra=kept(),
)
@public()
def list_locations(request: HttpRequest) -> HttpResponse:
    """Counts what is to come in the next weeks, as the site's page of places does."""
    upcoming = Event.upcoming(wall_clock(timezone.now()), DAYS_AHEAD, Filter().states)
    places = [event for event in upcoming if event.location_type != "virtual"]
    said = {
        "days_ahead": DAYS_AHEAD,
        "locations": [_location(places, region) for region in settings.SITE_REGIONS],
        "virtual": sum(event.location_type in {"virtual", "hybrid"} for event in upcoming),
        "elsewhere": sum(event.region not in settings.SITE_REGIONS for event in places),
    }
    return answer(said)


def _location(places: list[Event], region: str) -> dict[str, object]:
    here = [event for event in places if event.region == region]
    return {
        "state": region,
        "upcoming": len(here),
        "cities": [
            {"name": city["name"], "upcoming": city["total"]} for city in cities(here, region)
        ],
    }


@router.get(
    "/categories",
    response=schemas.Categories,
    operation_id="list_categories",
    summary="Subjects to browse by",
    openapi_extra=kept(),
)
@public()
def list_categories(request: HttpRequest) -> HttpResponse:
    """By name. The slug is what filters go by."""
    return answer({"categories": [_category(category) for category in Category.all()]})


def _category(category: Category) -> dict[str, object]:
    return {
        "slug": category.slug,
        "name": category.name,
        "description": category.description,
        "html_url": f"{settings.SITE_URL}/categories/{category.slug}/",
    }
