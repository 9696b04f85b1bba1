"""Every public address: one that is not here fails the tests that go over all of them."""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

PRIVATE = {"admin/", "accounts/", "staff/", "api/", "submit/"}
"""Parts of the site that have rules, and tests, of their own."""

FILTERED = ("", "?region={region}", "?city={city}", "?category={category}", "?group={group}")

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "home": ("/",),
    "virtual": ("/virtual/",),
    "week": ("/week/{week}/", "/week/{past_week}/"),
    "day": ("/day/{day}/", "/day/{past_day}/"),
    "month": ("/{month}/", "/{past_month}/"),
    "locations": ("/locations/",),
    "region": ("/locations/{region_path}/",),
    "categories": ("/categories/",),
    "category": ("/categories/{category}/",),
    "categories-json": ("/categories.json",),
    "just-added": ("/just-added/",),
    "feeds": ("/feeds/",),
    "newsletter": ("/newsletter.html", "/newsletter.txt"),
    "about": ("/about/",),
    "edit/submit-event.html": ("/edit/submit-event.html",),
    "robots": ("/robots.txt",),
    "sitemap": ("/sitemap.xml",),
    "search": tuple(
        f"/search/{query}"
        for query in (*FILTERED, "?q={word}", "?q={slip}", "?start_date={past_day}")
    ),
    "events": tuple(
        f"/events/{query}" for query in (*FILTERED, "?q={word}", "?not={word}", "?from={day}")
    ),
    "embed": tuple(f"/embed/{query}" for query in (*FILTERED, "?limit=50", "?theme=dark")),
    "embed-script": ("/embed.js",),
    "event-short": ("/events/{event_id}/",),
    "event": ("/events/{event_id}/{slug}/",),
    "event-card": ("/events/{event_id}/card.png",),
    "event-ics": ("/events/{event_id}.ics",),
    "events-export": tuple(
        f"/events.{extension}{query}"
        for extension in ("ics", "rss", "atom", "json", "csv")
        for query in (*FILTERED, "?q={word}", "?not={word}")
    ),
    "events-feed.xml": ("/events-feed.xml",),
    r"^locations/(?P<state>[A-Za-z]{2})/feed\.(?P<extension>ics|xml)$": (
        "/locations/{region_path}/feed.ics",
    ),
    r"^categories/(?P<category>[a-z0-9-]{1,80})/feed\.(?P<extension>ics|xml)$": (
        "/categories/{category}/feed.xml",
    ),
    "groups": ("/groups/",),
    "transparency": ("/transparency/",),
    "api-docs": ("/api/docs",),
    "group": ("/groups/{group}/",),
}
"""Name of an address, or its route where it has none -> examples, to be filled in"""


def public() -> dict[str, list[str]]:
    """Return the name of each address -> examples in every language; fail where there is none."""
    found: dict[str, list[str]] = {}
    for name, prefix in _patterns(get_resolver().url_patterns):
        assert name in EXAMPLES, f"tests/addresses.py has no example of {name!r}"
        found.setdefault(name, []).extend(f"{prefix}{example}" for example in EXAMPLES[name])
    return found


def _patterns(patterns, prefixes=("",)) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield from ((pattern.name or route, prefix) for prefix in prefixes)
        elif isinstance(pattern, URLResolver) and route not in PRIVATE:
            yield from _patterns(pattern.url_patterns, _prefixes(pattern, prefixes))


def _prefixes(resolver, prefixes):
    if not isinstance(resolver.pattern, LocalePrefixPattern):
        return prefixes
    others = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return ("", *(f"/{code}" for code in others))
