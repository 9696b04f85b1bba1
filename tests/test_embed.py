"""The list that other sites embed, and the script and the snippets with which they do."""

import datetime as dt
import html
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone

from tests import make
from tests.test_pages import UNLISTED, page, titles

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

DAY = dt.timedelta(days=1)
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "frame-ancestors *; base-uri 'none'; form-action 'none'"
)


@pytest.fixture
def noon():
    """Today's noon as wall time."""
    now = timezone.now().astimezone(settings.SITE_ZONE)
    return now.replace(tzinfo=None, hour=12, minute=0, second=0, microsecond=0)


def test_the_list_is_by_day_and_leads_on(client, noon):
    make.event("Second", noon + 2 * DAY, location_type="virtual").create()
    make.event("First", noon + DAY).create()
    make.event("Too far", noon + 181 * DAY).create()
    text = page(client, "/embed/")
    assert titles(text) == ["First", "Second"]
    assert text.count('<section class="day"') == 2
    assert '<base target="_blank">' in text
    assert '<meta name="robots" content="noindex">' in text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/events/">' in text
    assert '<a href="/events.ics" rel="noopener">' in text
    assert re.search(r"<script(?! src=)|<style| style=| on\w+=", text) is None


def test_the_list_leads_to_pages_in_its_language(client, noon):
    event = make.event("Noche", noon + DAY)
    event.create()
    text = page(client, "/es/embed/?region=VA")
    assert '<html lang="es">' in text
    assert f'href="/es/events/{event.event_id}/noche/"' in text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/es/events/?region=VA">' in text


def test_an_empty_list_says_so(client):
    assert "Nothing that matches is announced for the next 180 days." in page(client, "/embed/")


def test_the_filter_is_every_page_s(client, noon):
    make.event("In DC", noon + DAY, region="DC").create()
    make.event("Free in Virginia", noon + DAY, cost="Free").create()
    text = page(client, "/embed/?free=1&region=va&utm_source=x")
    assert titles(text) == ["Free in Virginia"]
    assert 'href="http://127.0.0.1:8000/events/?region=VA&amp;free=1"' in text
    assert '<a href="/events/?region=VA&amp;free=1" rel="noopener">' in text
    assert '<a href="/events.ics?region=VA&amp;free=1" rel="noopener">' in text


@pytest.mark.parametrize(("query", "shown"), [("", 10), ("?limit=1", 1), ("?limit=50", 50)])
def test_the_limit(client, noon, query, shown):
    for number in range(51):
        make.event(f"Event {number}", noon + (1 + number) * DAY).create()
    text = page(client, f"/embed/{query}")
    assert titles(text) == [f"Event {number}" for number in range(shown)]
    assert "All 51 events" in text


@pytest.mark.parametrize(("query", "opening"), [("", ">"), ("?theme=dark", ' class="dark">')])
def test_the_theme(client, query, opening):
    assert f'<html lang="en"{opening}' in page(client, f"/embed/{query}")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?region=<b>", "There is no region '<B>'; there are DC, MD, VA."),
        ("?theme=<b>", "There is no theme '<b>'; there are light, dark."),
        ("?limit=0", "A limit is a number from 1 to 50, not '0'."),
        ("?limit=51", "A limit is a number from 1 to 50, not '51'."),
        ("?limit=٣", "A limit is a number from 1 to 50, not '٣'."),
    ],
)
def test_a_wrong_filter_says_how_to_mend_it_within_the_frame(client, query, said):
    response = client.get(f"/embed/{query}")
    assert response.status_code == 400
    assert said in html.unescape(response.content.decode())
    assert b"<b>" not in response.content
    assert response["Content-Security-Policy"] == POLICY
    assert "X-Frame-Options" not in response


@pytest.mark.parametrize("kind", UNLISTED)
def test_what_is_not_listed_is_not_embedded(client, noon, kind):
    event = make.event(f"Secret {kind}", noon + DAY, **UNLISTED[kind])
    event.create()
    make.event("Open", noon + DAY).create()
    text = page(client, "/embed/")
    assert titles(text) == ["Open"]
    assert "Secret" not in text
    assert event.event_id not in text


@pytest.mark.parametrize("events", [1, 3])
def test_a_list_costs_one_query_a_region(client, noon, events, dynamodb_calls):
    for number in range(events):
        make.event(f"Event {number}", noon + (number + 1) * DAY).create()
    dynamodb_calls.clear()
    assert len(titles(page(client, "/embed/"))) == events
    assert dynamodb_calls == ["GetItem", *["Query"] * 4]  # the version, and the regions
    page(client, "/embed/")
    assert len(dynamodb_calls) == 5


def test_headers(client, noon):
    make.event("Open", noon + DAY).create()
    first = client.get("/embed/")
    for response in (first, client.get("/embed/")):  # made, and the copy of it
        assert response["Content-Security-Policy"] == POLICY
        assert "X-Frame-Options" not in response
        assert "Vary" not in response
        assert response["Cache-Control"] == (
            "public, max-age=0, s-maxage=60, stale-while-revalidate=300"
        )
    again = client.get("/embed/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, "X-Frame-Options" in again) == (304, b"", False)
    head = client.head("/embed/")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    assert client.post("/embed/").status_code == 405


@pytest.mark.parametrize("address", ["/", "/events/", "/feeds/", "/search/", "/nothing/"])
def test_no_other_page_may_be_framed(client, address):
    assert client.get(address)["X-Frame-Options"] == "DENY"


def test_the_script_has_an_address_that_stays(client):
    first = client.get("/embed.js")
    with open(finders.find("events-calendar.js"), "rb") as file:  # noqa: PTH123 - the finder's text
        assert first.content == file.read()
    assert first["Content-Type"] == "text/javascript; charset=utf-8"
    assert first["X-Content-Type-Options"] == "nosniff"
    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["Cache-Control"] == "public, max-age=3600, stale-while-revalidate=86400"
    again = client.get("/embed.js", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")


@pytest.mark.parametrize(
    ("address", "query"),
    [("/feeds/", ""), ("/locations/va/", "?region=VA"), ("/events/?city=A%26B&not=x", None)],
)
def test_each_filter_s_page_gives_snippets_that_work(client, noon, address, query):
    make.event("Open", noon + DAY, city="A&B").create()
    codes = re.findall(r"<pre><code>(.*?)</code></pre>", page(client, address), re.DOTALL)
    component, frame = map(html.unescape, codes)
    sources = [html.unescape(found) for found in re.findall(r'src="(.*?)"', component + frame)]
    script, *lists = [found.removeprefix("http://127.0.0.1:8000") for found in sources]
    assert client.get(script)["Content-Type"] == "text/javascript; charset=utf-8"
    wanted = "?city=A%26B&not=x" if query is None else query
    assert lists == [f"/embed/{wanted}"] * 2
    assert titles(page(client, lists[0])) == ["Open"]
    assert "style=" not in component + frame


def test_dark_is_the_same_dark_whoever_asks():
    with open(finders.find("site.css"), encoding="utf-8") as file:  # noqa: PTH123 - the finder's text
        css = file.read()
    reader, embedder = (
        re.findall(r"--[\w-]+: #\w+;", css.partition(opening)[2].partition("}")[0])
        for opening in (":root:where(:not(.light)) {", ":root:where(.dark) {")
    )
    assert reader == embedder != []
