"""The page of a search, through the front."""

import datetime as dt
import re
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dctech import freshness
from dctech.models import CalendarVersion
from events.filters import TIMES, VALUES_AT_MOST, WEEKDAYS
from events.models import Category
from events.searching import Kept
from tests import make

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

DAY = dt.timedelta(days=1)
MARK = "<i data-q='1'>"


@pytest.fixture
def noon():
    """Noon today as wall time; pages read the clock."""
    now = timezone.now().astimezone(settings.SITE_ZONE)
    return now.replace(tzinfo=None, hour=12, minute=0, second=0, microsecond=0)


def page(client, status=200, **query):
    response = client.get(f"/search/?{urlencode(query, doseq=True)}", follow=True)
    assert response.status_code == status
    return response.content.decode()


def titles(html):
    return [part.partition("</a>")[0].rpartition(">")[2] for part in html.split("<h3>")[1:]]


def facets(html):
    """Return label -> (address, count) of the links that narrow down."""
    links = re.findall(r'<li><a href="([^"]*)" rel="nofollow"[^>]*>(.*?) <span>(\d+)<', html)
    return {
        re.sub("<[^>]*>", "", label): (unescape(address), int(count))
        for address, label, count in links
    }


def test_it_finds_and_counts(client, noon):
    make.event("Python Night", noon + DAY).create()
    make.event("Ruby Night", noon + 2 * DAY, group_id="rubies", group_name="Rubies").create()
    html = page(client, q="pyhton")
    assert titles(html) == ["Python Night"]
    assert "1 event found" in html
    assert '<meta name="robots" content="noindex">' in html
    assert titles(page(client)) == ["Python Night", "Ruby Night"]


@pytest.mark.parametrize("events", [1, 3])
def test_it_costs_one_query_a_partition_and_one_of_categories(client, noon, events, dynamodb_calls):
    for number in range(events):
        make.event(f"Event {number}", noon + DAY).create()
    dynamodb_calls.clear()
    page(client, q="event")
    page(client, q="other")
    assert dynamodb_calls == ["GetItem"] + ["Query"] * 5


@pytest.mark.parametrize(
    "unlisted",
    [
        {"status": "pending"},
        {"status": "rejected"},
        {"withdrawn_at": make.NOW},
        {"hidden": True},
        {"duplicate_of": "nothing"},
    ],
    ids=lambda unlisted: next(iter(unlisted)),
)
def test_what_is_not_listed_is_never_found_nor_suggested(client, noon, unlisted):
    make.event("Secretive meeting", noon + DAY, **unlisted).create()
    make.event("Open", noon + DAY).create()
    for words in ("", "secre", "secretivi", "secretovi", "secretiv open"):
        assert "secretive" not in page(client, q=words).casefold()
    assert titles(page(client, q="meeting")) == []


def test_what_is_over_or_far_away_is_not_found(client, noon):
    make.event("Night of yesterday", noon - DAY).create()
    make.event("Night of next year", noon + 200 * DAY).create()
    make.event("Night of tomorrow", noon + DAY).create()
    assert titles(page(client, q="night")) == ["Night of tomorrow"]


def test_facets_narrow_down_and_widen_again(client, noon):
    Category("category", "ai", name="Artificial Intelligence").save()
    make.event("Night one", noon + DAY, categories=["ai"], cost="Free").create()
    make.event("Night two", noon + DAY, region="DC", city="Washington").create()
    make.event("Night three", noon + DAY, location_type="virtual", city=None).create()
    found = facets(page(client, q="night"))
    counts = {label: count for label, (_, count) in found.items()}
    assert counts == counts | {"DC": 1, "VA": 1, "Artificial Intelligence": 1, "Pythons": 3}
    assert counts == counts | {"Online": 1, "In person": 2, "Free": 1, "Afternoon": 3}
    address, _ = found["VA"]
    assert address == "/search/?region=VA&q=night"
    html = client.get(address).content.decode()
    assert titles(html) == ["Night one"]
    narrowed = facets(html)
    assert narrowed["DC"] == ("/search/?region=DC,VA&q=night", 1)
    assert narrowed["VA, remove"] == ("/search/?q=night", 1)
    assert '<input type="hidden" name="region" value="VA">' in html


def test_every_facet_leads_to_as_many_as_it_says(client, noon):
    for number in range(12):
        region, city = [("VA", "Arlington"), ("DC", "Washington"), ("MD", "Café, MD")][number % 3]
        kind = ["in_person", "virtual", "hybrid"][number % 3]
        start = noon + dt.timedelta(hours=11 * number)
        more = {"categories": [f"c{number}"], "group_id": f"g{number}", "location_type": kind}
        make.event(f"Night {number}", start, region=region, city=city, **more).create()
    for address, count in facets(page(client, q="night")).values():
        assert f"{count} event" in client.get(address).content.decode()


def test_at_most_ten_values_a_facet(client, noon):
    for number in range(12):
        make.event(f"Night {number}", noon + DAY, categories=[f"c{number:02}"]).create()
    labels = facets(page(client))
    assert sum(bool(re.fullmatch(r"c\d\d", label)) for label in labels) == 10


def test_dates_are_inclusive(client, noon):
    for days in (1, 2, 3, 4):
        make.event(f"In {days}", noon + days * DAY).create()
    make.event("All along", noon - DAY, 24 * 10).create()
    start, end = (noon + 2 * DAY).date(), (noon + 3 * DAY).date()
    found = titles(page(client, start_date=start, end_date=end))
    assert found == ["All along", "In 2", "In 3"]
    assert titles(page(client, start_date=end, q="in")) == ["In 3", "In 4"]


@pytest.mark.parametrize(
    "query",
    [
        {"region": "XX<b>"},
        {"start_date": "2026-02-30"},
        {"start_date": "tomorrow<b>"},
        {"start_date": "2026-09-02", "end_date": "2026-09-01"},
        {"page": "0"},
        {"page": "<b>"},
        {"page": "²"},
    ],
)
def test_what_cannot_be_read_is_said(client, query):
    html = page(client, 400, q="kept", **query)
    assert "This search cannot be read." in html
    assert 'value="kept"' in html
    assert "<b>" not in html


def test_an_empty_field_asks_for_nothing(client, noon):
    make.event("Night", noon + DAY).create()
    assert titles(page(client, q="", start_date="", end_date="", page="")) == ["Night"]


def test_nothing_found_helps(client, noon):
    make.event("Python Night", noon + DAY).create()
    html = page(client, q="pithen")
    assert '<a href="/search/?q=python">python</a>' in html
    assert 'See <a href="/">' in html
    html = page(client, q="python", region="DC")
    assert '<a href="/search/?q=python">Look everywhere' in html


def test_what_is_found_without_a_guess_can_be_subscribed_to(client, noon):
    make.event("Python Night", noon + DAY, location="Repair Café").create()
    for query, said in (("region=VA&q=pyth", "region=VA&amp;q=pyth"), ("free=&q=rep", "q=rep")):
        html = client.get(f"/search/?{query}", follow=True).content.decode()
        assert titles(html) == ["Python Night"]
        for extension in ("ics", "rss", "atom", "json", "csv"):
            assert f'href="/events.{extension}?{said}"' in html
        assert b"Python Night" in client.get(f"/events.csv?{query}").content
    for query in ({"q": "pyhton"}, {"q": "nothing"}, {"start_date": noon.date()}):
        assert "/events.csv?" not in page(client, **query)
        assert 'class="channels"' not in page(client, **query)


def test_search_and_files_find_the_same(client, noon):
    make.event("Repair Café", noon + DAY, categories=["makers"]).create()
    make.event("AI Night", noon + 2 * DAY).create()
    for words in ("ai", "rep", "makers", "pythons night", "cafe", "aff", "arl"):
        found = titles(page(client, q=words))
        table = client.get(f"/events.json?{urlencode({'q': words})}").json()
        assert [item["title"] for item in table["items"]] == found


def test_fifty_a_page(client, noon):
    for number in range(51):
        make.event(f"Night {number:02}", noon + DAY + number * dt.timedelta(minutes=1)).create()
    html = page(client, q="night")
    assert len(titles(html)) == 50
    assert 'href="/search/?q=night&amp;page=2" rel="next"' in html
    last = page(client, q="night", page=2)
    assert titles(last) == ["Night 50"]
    assert 'href="/search/?q=night" rel="prev"' in last
    assert titles(page(client, q="night", page=99)) == ["Night 50"]


def test_a_search_has_one_address(client):
    asked = "/search/?page=1&q=Night++OUT&q=night&category=b%2Ca&start_date=&utm_source=x&region=va"
    moved = client.get(asked)
    assert (moved.status_code, moved.url) == (301, "/search/?region=VA&category=a,b&q=night+out")
    assert client.get(moved.url).status_code == 200


@pytest.mark.parametrize("letters", ["x", "&", "é", "<", "'"])
def test_the_page_of_the_longest_query_is_bounded(client, noon, letters):
    """Each chosen value is a link, and each link says the whole query."""
    make.event("Night", noon + DAY).create()
    chosen = {
        "category": ",".join(f"c{number}" for number in range(VALUES_AT_MOST)),
        "weekday": ",".join(WEEKDAYS),
        "time": ",".join(TIMES),
        "region": ",".join(settings.SITE_REGIONS),
        "kind": "virtual",
        "free": "1",
    }
    room = freshness.LONGEST_QUERY - len(urlencode(chosen, safe=",")) - 100
    each = room // len(quote(letters)) // (2 * VALUES_AT_MOST) - 5
    values = [f"{number}{letters * min(each, 90)}" for number in range(VALUES_AT_MOST)]
    asked = {**chosen, "city": ",".join(values), "group": ",".join(values)}
    html = page(client, **asked)
    assert len(facets(html)) >= 2 * VALUES_AT_MOST
    assert len(html.encode()) < 1_000_000


def test_a_new_version_of_the_calendar_brings_a_new_event(client, noon, monkeypatch):
    monkeypatch.setattr(freshness, "CHECKED", 0)
    make.event("Python Night", noon + DAY).create()
    assert titles(page(client, q="night")) == ["Python Night"]
    make.event("Ruby Night", noon + 2 * DAY).create()
    assert titles(page(client, q="night")) == ["Python Night"]
    CalendarVersion.bump()
    assert titles(page(client, q="night")) == ["Python Night", "Ruby Night"]


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_what_is_read_settles_and_ages(noon, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(freshness, "pages", freshness.Pages(clock=clock, version=lambda: 1))
    kept = Kept(clock=clock)
    seen = []
    for seconds in (0, 4.5, 5, 100, 304, 305):
        clock.now = 1000.0 + seconds
        seen.append(kept.current(noon))
    first, same, settled, still, old, fresh = seen
    assert first is same
    assert same is not settled
    assert settled is still is old
    assert fresh is not old


FACETS = ["region", "city", "category", "group", "kind", "free", "weekday", "time"]
NAMES = st.sampled_from([*FACETS, "q", "not", "start_date", "end_date", "page"])
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["VA", "virtual", "1", "mon,tue", "evening", "2026-09-01", "night", "ai"]),
)


def test_any_query_gives_a_page_or_400_and_no_unescaped_echo(client, noon):
    make.event("Night", noon + DAY, categories=["ai"]).create()

    @hypothesis_settings(
        max_examples=300,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(NAMES, VALUES, st.booleans()), max_size=6))
    def ask(fields):
        pairs = [(name, value + (MARK if marked else "")) for name, value, marked in fields]
        address = "/search/?" + urlencode(pairs, errors="surrogatepass")
        response = client.get(address, follow=True)
        assert len(response.redirect_chain) <= 1
        assert response.status_code in {200, 400}
        assert MARK not in response.content.decode()

    ask()
