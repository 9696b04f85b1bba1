"""Pages of the API's lists, what they cost, and how long an answer is kept."""

import datetime as dt
from itertools import chain

import pytest

from dctech.dynamodb import connection
from dctech.freshness import pages as kept
from dctech.models import CalendarVersion
from events.api import listing
from events.models import Event
from tests import make
from tests.test_api_public import ask, titles
from tests.test_pages import DAY, HOUR, now

__all__ = ["now"]

pytestmark = pytest.mark.usefixtures("tables")


def walk(client, address, **query):
    """Return the titles of all pages, a list a page."""
    pages, answer = [], ask(client, address, **query)
    while True:
        pages.append(titles(answer))
        if not answer["next"]:
            return pages
        answer = ask(client, address, **query, cursor=answer["next"])


def test_pages_follow_each_other_through_all_regions_and_ties(client, now):
    start = now + DAY
    regions = ("DC", "MD", "VA", None)
    for number in range(7):
        make.event(f"Tie {number}", start, region=regions[number % 4]).create()
    make.event("Before", start - HOUR).create()
    make.event("After", start + HOUR, region="DC").create()
    pages = walk(client, "/api/events", limit=2)
    assert [len(page) for page in pages] == [2, 2, 2, 2, 1]
    flat = list(chain(*pages))
    assert (flat[0], flat[-1]) == ("Before", "After")
    assert sorted(flat[1:-1]) == [f"Tie {number}" for number in range(7)]
    assert flat == list(chain(*walk(client, "/api/events", limit=5)))
    assert flat == list(chain(*walk(client, "/api/events/upcoming", limit=3)))


def test_what_is_added_meanwhile_disturbs_no_page(client, now):
    for number in range(4):
        make.event(f"Event {number}", now + DAY + number * HOUR).create()
    first = ask(client, "/api/events", limit=2)
    make.event("Early", now + HOUR).create()
    make.event("Late", now + 2 * DAY).create()
    rest = ask(client, "/api/events", limit=5, cursor=first["next"])
    assert titles(first) + titles(rest) == ["Event 0", "Event 1", "Event 2", "Event 3", "Late"]


def test_a_page_of_a_rare_filter_reads_a_bounded_part_and_says_where_to_go_on(
    client, now, monkeypatch
):
    monkeypatch.setattr(listing, "READ_AT_MOST", 3)
    for number in range(5):
        make.event(f"Event {number}", now + DAY + number * HOUR).create()
    make.event("Rare", now + 3 * DAY, categories=["rare"]).create()
    assert walk(client, "/api/events", category="rare") == [[], ["Rare"]]


def test_a_groups_events_and_groups_come_in_pages(client, now):
    make.group().save()
    for number in range(3):
        make.event(f"Event {number}", now + DAY + number * HOUR).create()
        make.group(f"other-{number}").save()
    make.event("Another's", now + DAY, group_id="other-1").create()
    assert walk(client, "/api/groups/pythons/events", limit=2) == [
        ["Event 0", "Event 1"],
        ["Event 2"],
    ]
    first = ask(client, "/api/groups", limit=3)
    rest = ask(client, "/api/groups", limit=3, cursor=first["next"])
    names = [group["name"] for group in first["groups"] + rest["groups"]]
    assert (names, rest["next"]) == (["Other-0", "Other-1", "Other-2", "Pythons"], None)


def test_a_cursor_is_good_for_its_own_list_alone(client, now):
    for number in range(3):
        make.event(f"Event {number}", now + DAY + number * HOUR).create()
    cursor = ask(client, "/api/events", limit=1)["next"]
    ask(client, "/api/events", limit=2, cursor=cursor)  # the size of a page may change
    middle = len(cursor) // 2
    tampered = cursor[:middle] + ("A" if cursor[middle] != "A" else "B") + cursor[middle + 1 :]
    for query in ({"cursor": tampered}, {"cursor": cursor, "state": "VA"}, {"cursor": "x"}):
        problem = ask(client, "/api/events", 400, **query)
        assert [error["field"] for error in problem["errors"]] == ["cursor"]
    ask(client, "/api/events/upcoming", 400, cursor=cursor)
    ask(client, "/api/groups", 400, cursor=cursor)


@pytest.fixture(params=[1, 3])
def event(request, now):
    """The last of one event, and of three."""
    make.group().save()
    for number in range(request.param):
        event = make.event(f"Event {number}", now + DAY + number * HOUR)
        event.create()
    return event


@pytest.mark.parametrize(
    ("address", "calls"),
    [
        ("/api/events", ["GetItem", *["Query"] * 4]),  # the version, and the regions
        ("/api/events?state=VA", ["GetItem", "Query"]),
        ("/api/events?updated_since={since}", ["GetItem", *["Query"] * 5]),  # and who has left
        ("/api/events/{event_id}", ["GetItem", "Query"]),
        ("/api/groups", ["GetItem", "Query"]),
        ("/api/groups/pythons", ["GetItem", "GetItem"]),
        ("/api/groups/pythons/events", ["GetItem", "GetItem", "Query"]),
        ("/api/categories", ["GetItem", "Query"]),
        ("/api/health", ["Query"] * 5),
    ],
)
def test_what_it_costs(client, event, address, calls, dynamodb_calls):
    client.get("/api/categories")  # the URLconf is loaded, and the version known
    since = f"{dt.datetime.now(dt.UTC) - DAY:%Y-%m-%dT%H:%M:%SZ}"
    dynamodb_calls.clear()
    kept.clear()
    asked = address.format(event_id=event.event_id, since=since)
    ask(client, asked)
    assert dynamodb_calls == calls
    ask(client, asked)
    again = calls if address == "/api/health" else []
    assert dynamodb_calls == [*calls, *again]


def test_a_page_reads_little_more_than_it_shows(client, now):
    with Event.batch_write() as batch:
        for number in range(400):
            region = ("DC", "MD", "VA", None)[number % 4]
            batch.save(make.event(f"Event {number}", now + DAY + number * HOUR, region=region))
    read = []

    def note(parsed, **_more):
        read.append(len(parsed.get("Items", ())))

    events = connection().client.meta.events
    events.register("after-call.dynamodb", note)
    try:
        answer = ask(client, "/api/events", limit=50)
        assert sum(read) <= 4 * 51
        read.clear()
        rest = ask(client, "/api/events", limit=50, cursor=answer["next"])
        assert sum(read) <= 4 * 51
    finally:
        events.unregister("after-call.dynamodb", note)
    assert titles(answer) + titles(rest) == [f"Event {number}" for number in range(100)]


def test_an_answer_is_kept_until_the_calendar_changes(client, now):
    event = make.event("First", now + DAY)
    event.create()
    first = client.get("/api/events")
    assert first.headers["Cache-Control"].startswith("public, max-age=0, s-maxage=60")
    assert first.headers["Last-Modified"] == "Tue, 01 Sep 2026 16:00:00 GMT"
    assert first.headers["Vary"] == "Accept"
    again = client.get("/api/events", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    make.event("Second", now + 2 * DAY).create()
    assert titles(client.get("/api/events").json()) == ["First"]
    CalendarVersion.bump()
    kept.forget_version()
    changed = client.get("/api/events", headers={"if-none-match": first.headers["ETag"]})
    assert (changed.status_code, titles(changed.json())) == (200, ["First", "Second"])


def test_head_says_what_get_does_without_its_body(client, now):
    make.event("First", now + DAY).create()
    got, head = client.get("/api/events"), client.head("/api/events")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Content-Length", "Last-Modified", "Content-Type"):
        assert head.headers[name] == got.headers[name]
