"""Bad weather between the site and DynamoDB: pages answer, writes are whole, the collector finishes or resumes."""

import contextlib

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from collector.collect import collect
from collector.models import Run
from dctech import dynamodb, freshness
from dctech.dynamodb import Table
from dctech.models import CalendarVersion, History
from dctech.moderation import PENDING, Act
from events.models import Event
from tests import weather
from tests.make import NOW, event
from tests.servers import ok
from tests.test_collect import EVENING, add_group, calendar, server, stored, vevent

__all__ = ["server"]  # a fixture

EVER = [weather.throttling, weather.errors, weather.stalls, weather.cuts]
PAGES = ["/", "/groups/", "/events/", "/events.ics", "/events.rss"]


@pytest.fixture
def proxy(tables, settings):
    """A proxy that every model goes through, with a client of its own."""
    with weather.Proxy(tables) as made:
        settings.DYNAMODB_ENDPOINT_URL = made.url
        settings.DYNAMODB_PATIENCE = 1.2
        _connect_anew()
        yield made
        made.over.set()
    settings.DYNAMODB_ENDPOINT_URL = tables
    _connect_anew()


def _connect_anew():
    dynamodb.endpoint_url.cache_clear()
    dynamodb.connection.cache_clear()
    dynamodb._known_tables.clear()
    for model in Table.models():
        for each in (model, *dynamodb._subclasses(model)):
            each._connection = None
    freshness.pages.clear()


@pytest.mark.parametrize("sky", EVER)
def test_a_page_that_nobody_has_seen_is_a_503(proxy, client, sky):
    proxy.weather = sky
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert "The calendar cannot be read right now" in answer.content.decode()


@pytest.mark.parametrize("sky", EVER)
def test_the_api_says_it_as_a_problem(proxy, client, sky):
    proxy.weather = sky
    answer = client.get("/api/events")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "5"


@pytest.mark.parametrize("sky", EVER)
def test_a_kept_page_is_read_on_and_says_that_it_is_old(proxy, client, sky):
    event(start=event().start_datetime.replace(year=2099), title="Far Night").create()
    before = {page: client.get(page) for page in PAGES}
    proxy.weather = sky
    freshness.pages.forget_version()
    asked = len(proxy.operations)
    for page in PAGES:
        answer = client.get(page)
        assert (answer.status_code, answer.content) == (200, before[page].content)
        assert answer["Warning"] == '110 - "Response is Stale"'
        assert "Warning" not in before[page]
    # The first one found out, and the others did not ask.
    assert set(proxy.operations[asked:]) <= {"GetItem"}
    again = client.get("/", headers={"If-None-Match": before["/"]["ETag"]})
    assert (again.status_code, again["Warning"]) == (304, '110 - "Response is Stale"')


def test_all_is_well_when_the_weather_is_over(proxy, client, monkeypatch):
    monkeypatch.setattr(freshness, "AWAY", 0.0)
    proxy.weather = weather.cuts
    assert client.get("/").status_code == 503
    proxy.weather = weather.fair
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Warning" not in answer


@pytest.mark.parametrize("sky", [weather.throttling, weather.errors, weather.cuts])
def test_every_tenth_call_that_fails_costs_no_page(proxy, client, sky):
    proxy.weather = weather.each(10, sky)
    for number in range(30):
        freshness.pages.clear()
        answer = client.get(PAGES[number % len(PAGES)])
        assert (answer.status_code, "Warning" in answer) == (200, False)
    assert len(proxy.operations) > 60


def test_a_stall_in_the_middle_of_a_page_is_not_waited_for(proxy, client):
    proxy.weather = lambda visit: weather.stalls(visit) if visit.operation == "Query" else None
    assert client.get("/").status_code == 503


def _state(pending):
    found = Event.find(pending.event_id)
    entries = len(list(History.of(pending.object_id)))
    return found.status, found.approval_metadata is not None, entries, CalendarVersion.current()


@pytest.mark.parametrize(
    "sky", [weather.throttling, weather.errors, weather.cuts, weather.cuts_after]
)
@pytest.mark.parametrize("fails_until", [2, 99])
def test_a_decision_is_made_whole_or_not_at_all(proxy, sky, fails_until):
    pending = event(status=PENDING, submitted_at=NOW)
    pending.create()
    before = _state(pending)
    calls = []

    def fickle(visit):
        if visit.operation == "TransactWriteItems":
            calls.append(visit.number)
            if len(calls) < fails_until:
                sky(visit)

    proxy.weather = fickle
    try:
        pending.approve(Act("user:ada", NOW))
    except (PynamoDBException, BotoCoreError):
        failed = True
    else:
        failed = False
    proxy.weather = weather.fair
    whole = ("approved", True, before[2] + 1, before[3] + 1)
    assert _state(pending) in (
        ([before] if sky is not weather.cuts_after else [before, whole]) if failed else [whole]
    )
    assert failed == (fails_until == 99)


@pytest.mark.parametrize(
    "sky", [weather.throttling, weather.errors, weather.cuts, weather.cuts_after]
)
def test_a_collection_finishes_or_the_next_one_ends_it(proxy, server, sky):
    for number in range(3):
        events = [
            vevent(uid=f"{number}-{n}", title=f"Night {number}-{n}", start=EVENING)
            for n in range(12)
        ]
        add_group(server, f"group{number}", ok(calendar(*events)))
    proxy.weather = weather.each(10, sky)
    with contextlib.suppress(PynamoDBException, BotoCoreError):
        collect(NOW)
    proxy.weather = weather.fair
    later = NOW.replace(hour=NOW.hour + 1)
    report = collect(later, force=True, clock=lambda: later.timestamp() + 3_600)
    assert report.outcomes == {"ok": 3}
    for number in range(3):
        assert sorted(e.title for e in stored(f"group{number}")) == sorted(
            f"Night {number}-{n}" for n in range(12)
        )
    assert Run.newest().failures is None
    again = collect(later, force=True, clock=lambda: later.timestamp() + 7_200)
    assert again.counts == {"unchanged": 36}
