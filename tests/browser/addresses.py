"""An example of every page of the site, by which the tests know that they have seen them all."""

import datetime as dt
from collections.abc import Iterator, Mapping

from django.urls import URLPattern, URLResolver, get_resolver

from events.models import Event
from events.periods import Day, Month, Week
from tests.browser.cities import KINDS

PAGES = {
    "/": 200,
    "/virtual/": 200,
    "/{week}": 200,
    "/{empty_week}": 200,
    "/{past_week}": 200,
    "/{day}": 200,
    "/{empty_day}": 200,
    "/{month}": 200,
    "/{empty_month}": 200,
    "/locations/": 200,
    "/locations/va/": 200,
    "/categories/": 200,
    "/categories/data/": 200,
    "/categories/quiet/": 200,
    "/just-added/": 200,
    "/feeds/": 200,
    "/embed/": 200,
    "/embed/?theme=dark": 200,
    "/embed/?q=zzzzzzzz": 200,
    "/embed/?region=ZZ": 400,
    "/newsletter.html": 200,
    "/about/": 200,
    "/transparency/": 200,
    "/api/docs": 200,
    "/search/": 200,
    "/search/?q=python": 200,
    "/search/?q=pyton": 200,
    "/search/?q=zzzzzzzz": 200,
    "/search/?page=0": 400,
    "/events/": 200,
    "/events/?region=VA&time=evening&free=1&q=night": 200,
    "/events/?q=zzzzzzzz": 200,
    "/events/?region=ZZ": 400,
    "/groups/": 200,
    "/groups/river-city-python/": 200,
    "/groups/quiet/": 200,
    **{f"/{{{kind}}}": 200 for kind in KINDS},
    "/{over}": 410,
    "/nothing/": 404,
    "/events/?" + "&" * 1001: 400,
    "/failing/": 500,
}
"""Addresses, with what `fill` knows in braces, and the status of each."""

ONE_LANGUAGE = ("/newsletter", "/failing", "/api/")
SPANISH = [f"/es{name}" for name in PAGES if not name.startswith(ONE_LANGUAGE)]
PAGES |= {name: PAGES[name.removeprefix("/es")] for name in SPANISH}

MACHINES = {
    "categories-json",
    "robots",
    "sitemap",
    "event-card",
    "event-ics",
    "events-export",
    "embed-script",
}
"""Routes that answer no page for people."""

LEAD_ELSEWHERE = {"event-short"}
"""Routes that only redirect: to the event's page."""

WALKED_ELSEWHERE = {"admin/", "accounts/", "submit/"}
"""Parts of the site that need the accounts database or a site that stores: test_moderation.py walks over them."""


def fill(today: dt.date, events: Mapping[str, Event]) -> dict[str, str]:
    """Return what stands for the words in braces, without the slash in front."""
    near, empty, past = (today + dt.timedelta(days=days) for days in (2, 1_000, -100))
    periods = {
        "week": Week.around(near),
        "day": Day.around(near),
        "month": Month.around(near),
        "empty_week": Week.around(empty),
        "empty_day": Day.around(empty),
        "empty_month": Month.around(empty),
        "past_week": Week.around(past),
    }
    found = {name: period.get_absolute_url()[1:] for name, period in periods.items()}
    return found | {
        kind: f"events/{event.event_id}/{event.slug}/" for kind, event in events.items()
    }


def route_names(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[str]:
    """Yield the name of every public route that has one."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield from [pattern.name] if pattern.name else []
        elif str(pattern.pattern) not in WALKED_ELSEWHERE:
            yield from route_names(pattern.url_patterns)
