"""The pages to browse by, through the front. None of them may ask the accounts database."""

from xml.etree import ElementTree as ET

import pytest
from django.views import defaults

from dctech import freshness
from events.models import Category
from events.periods import Day, Month, Week
from tests import make
from tests.test_pages import DAY, HOUR, UNLISTED, now, page, titles

__all__ = ["now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def periods(date):
    return [kind.around(date).get_absolute_url() for kind in (Week, Month, Day)]


def lists(date):
    """Every page that lists events, for an event in VA, in the category `data`, on a date."""
    return [
        "/",
        "/virtual/",
        "/locations/",
        "/locations/va/",
        "/categories/",
        "/categories/data/",
        "/events/",
        "/events/?region=VA&city=Arlington",
        "/just-added/",
        "/sitemap.xml",
        *periods(date),
    ]


@pytest.fixture
def data(tables):
    Category("category", "data", name="Data & AI", description="Rows < columns").save()


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("events", [1, 3])
@pytest.mark.parametrize(
    ("address", "calls"),
    [
        ("/", ["Query"] * 4),
        ("/virtual/", ["Query"] * 4),
        ("week", ["Query"] * 4),
        ("month", ["Query"] * 4),
        ("day", ["Query"] * 4),
        ("/locations/", ["Query"] * 4),
        ("/locations/va/", ["Query"]),
        ("/categories/", ["Query"] * 5),
        ("/categories/data/", ["GetItem", *["Query"] * 4]),
        ("/events/", ["Query"] * 5),
        ("/events/?region=VA", ["Query"] * 2),
        ("/just-added/", ["Query"] * 4),
        ("/sitemap.xml", ["Query"] * 6),
        ("/about/", []),
        ("/categories.json", ["Query"]),
    ],
)
def test_what_a_page_costs(client, now, dynamodb_calls, address, calls, events):  # noqa: PLR0917
    for number in range(events):
        make.event(f"Event {number}", now + DAY + number * HOUR, categories=["data"]).create()
    tomorrow = dict(zip(("week", "month", "day"), periods((now + DAY).date()), strict=True))
    dynamodb_calls.clear()
    page(client, tomorrow.get(address, address))
    version = [] if address == "/robots.txt" else ["GetItem"]
    assert dynamodb_calls == [*version, *calls]


@pytest.mark.parametrize("kind", UNLISTED)
def test_what_is_not_listed_is_on_no_page(client, now, data, kind):
    more = {"categories": ["data"], "location_type": "hybrid"}
    noon = now.replace(hour=12, minute=0, second=0) + DAY
    make.event(f"Secret {kind}", noon, **more, **UNLISTED[kind]).create()
    make.event("Open", noon, **more).create()
    for address in lists(noon.date()):
        html = page(client, address)
        assert "secret" not in html.casefold()
        assert "open/" in html or address in {"/locations/", "/categories/"}


def test_the_regions_page_counts_by_region_and_city(client, now):
    make.event("A", now + DAY).create()
    make.event("B", now + DAY, city="Reston", location_type="hybrid").create()
    make.event("C", now + DAY, location_type="virtual").create()
    make.event("D", now + DAY, region=None, city=None).create()
    html = page(client, "/locations/")
    assert '<a href="/events/?region=VA&amp;city=Reston">Reston' in html
    assert html.count("<b>2</b>") == 2  # VA, and online
    assert html.count("<b>0</b>") == 2  # DC and MD
    assert "1 event in person names no place" in html


def test_a_city_that_no_filter_can_name_is_no_link(client, now):
    make.event("A", now + DAY, city="Reston, VA").create()
    for address in ("/locations/", "/locations/va/"):
        html = page(client, address)
        assert "<li>Reston, VA <span>1<" in html
        assert "city=" not in html


HORIZON = (
    "/events/",
    "/locations/va/",
    "/categories/data/",
    "/embed/?limit=50",
    "/groups/pythons/",
)


@pytest.mark.usefixtures("data")
def test_pages_files_and_counts_look_equally_far(client, now):
    make.group().save()
    noon = now.replace(hour=12, minute=0, second=0)
    for days in (1, 89, 91, 179):
        make.event(f"In {days}", noon + days * DAY, categories=["data"]).create()
    names = ["In 1", "In 89", "In 91", "In 179"]
    for address in (*HORIZON, "/search/"):
        assert titles(page(client, address)) == names, address
    make.event("In 181", noon + 181 * DAY, categories=["data"]).create()
    freshness.pages.clear()
    for address in HORIZON[:4]:
        assert titles(page(client, address)) == names, address
    table = page(client, "/events.csv").splitlines()
    assert [row.split('","')[1] for row in table[1:]] == names
    assert "<b>4</b> events" in page(client, "/locations/")
    assert "<b>4</b> events" in page(client, "/categories/")
    assert "4 events, the next" in page(client, "/groups/")
    assert page(client, "/just-added/").count("<time") == 4


def test_a_region_has_its_page_in_small_letters(client, now):
    make.event("Here", now + DAY).create()
    make.event("There", now + DAY, region="MD").create()
    assert titles(page(client, "/locations/va/")) == ["Here"]
    moved = client.get("/locations/VA/")
    assert (moved.status_code, moved.url) == (301, "/locations/va/")
    page(client, "/locations/zz/", 404)


def test_online_lists_virtual_and_hybrid(client, now):
    make.event("Here", now + DAY).create()
    make.event("Both", now + DAY, location_type="hybrid").create()
    make.event("There", now + DAY + HOUR, location_type="virtual").create()
    assert titles(page(client, "/virtual/")) == ["Both", "There"]


def test_a_category_lists_its_events(client, now, data):
    make.event("Rows", now + DAY, categories=["data"]).create()
    make.event("Solder", now + DAY, categories=["makers"]).create()
    html = page(client, "/categories/data/")
    assert titles(html) == ["Rows"]
    assert "Rows &lt; columns" in html
    page(client, "/categories/nothing/", 404)
    page(client, f"/categories/{'x' * 2000}/", 404)


def test_the_old_sites_categories_json(client, data):
    assert client.get("/categories.json").json() == {
        "data": {"slug": "data", "name": "Data & AI", "description": "Rows < columns"}
    }


def test_the_old_address_of_the_form_leads_to_the_form(client):
    moved = client.get("/edit/submit-event.html")
    assert (moved.status_code, moved.url) == (301, "/submit/event/")
    assert "How to get listed" in page(client, "/about/")


def test_just_added_has_the_newest_first(client, now):
    for number in range(52):
        make.event(f"Number {number:02}", now + DAY, created_at=make.NOW + number * HOUR).create()
    html = page(client, "/just-added/")
    assert html.index("Number 51") < html.index("Number 50") < html.index("Number 02")
    assert "Number 01" not in html


def test_home_names_the_newest_and_where_today_is(client, now):
    make.event("Old", now + DAY).create()
    make.event("New", now + DAY, created_at=make.NOW + HOUR).create()
    make.event("Running", now - HOUR, 12, created_at=make.NOW - HOUR).create()
    aside = page(client, "/").partition("<aside")[2]
    assert aside.index(">New<") < aside.index(">Old<") < aside.index(">Running<")
    assert '<a href="/locations/va/">VA</a> <span>1 event</span>' in aside


def test_robots_are_welcome(client, settings):
    settings.SITE_URL = "https://example.org"
    assert page(client, "/robots.txt") == (
        "User-agent: *\nAllow: /\nSitemap: https://example.org/sitemap.xml\n"
    )


def test_the_sitemap_names_pages_that_answer(client, now, data, settings):
    settings.SITE_URL = "https://example.org"
    make.group().save()
    event = make.event("Tomorrow & after", now + DAY)
    event.create()
    make.event("In a year", now + 365 * DAY).create()
    root = ET.fromstring(page(client, "/sitemap.xml"))  # noqa: S314 - our own
    found = {
        url.find(f"{SITEMAP}loc").text.removeprefix("https://example.org"): url.findtext(
            f"{SITEMAP}lastmod"
        )
        for url in root
    }
    assert found[f"/events/{event.event_id}/tomorrow-after/"] == make.NOW.isoformat()
    assert {"/", "/groups/pythons/", "/categories/data/", "/locations/va/"} <= set(found)
    assert set(periods((now + 27 * DAY).date())) <= set(found)
    assert not any("in-a-year" in address for address in found)
    assert [address for address in found if client.get(address).status_code != 200] == []


def test_pages_that_need_nothing(rf):
    """The pages of the worst moments: without context, tables or accounts."""
    assert b"The fault is ours" in defaults.server_error(rf.get("/")).content
    assert b"cannot be read" in defaults.bad_request(rf.get("/"), ValueError()).content


def test_the_current_page_is_marked(client, data):
    assert '<a href="/virtual/" aria-current="page">' in page(client, "/virtual/")
    inside = page(client, "/categories/data/")
    assert '<a href="/categories/" aria-current="true">' in inside
    assert inside.count("aria-current") == 1
