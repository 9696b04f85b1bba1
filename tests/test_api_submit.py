"""Submitting by HTTP: the forms' own rules, limits, keys that are trusted, and posts that may be sent again."""

import datetime as dt
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from dctech.api.idempotency import Posted
from dctech.api.keys import ApiKey
from dctech.moderation import Review
from dctech.submissions.limits import FROM_ADDRESS, Count
from events.models import Event
from groups.models import Group
from tests import make
from tests.make import NOW
from tests.servers import html, ok
from tests.test_fuzz import MARK, ODD
from tests.test_pages import DAY, now
from tests.test_submit_group import calendar, server

__all__ = ["now", "server"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

EVENTS, GROUPS = "/api/events/submit", "/api/groups/submit"
EMAIL = "zqsubmitter@example.org"


def body(now, **more):
    """Return the body that the issue names."""
    return {
        "title": "Rust for Gardeners",
        "date": f"{now + 7 * DAY:%Y-%m-%d}",
        "time": "18:30",
        "location": "Town Hall, 1 Main Street, Arlington, VA",
        "url": "https://example.org/rust",
        "submitter_email": EMAIL,
    } | more


def group_body(feed, **more):
    return {
        "name": "DC Knitters",
        "website": "https://knitters.example.org/",
        "ical": feed,
        "submitter_email": EMAIL,
    } | more


def post(sent, address=EVENTS, status=202, client=None, **headers):
    response = (client or Client()).post(
        address, sent, content_type="application/json", headers=headers
    )
    assert response.status_code == status, response.content
    return response


def problems(response):
    assert response["Content-Type"] == "application/problem+json"
    return {each["field"]: each["message"] for each in response.json()["errors"]}


def key(*scopes, **more):
    return {
        "Authorization": f"Bearer {ApiKey.make('Bot', scopes, by='user:ada', now=NOW, **more)[1]}"
    }


def test_an_event_waits_and_its_sender_gets_the_private_address(now):
    said = post(body(now)).json()
    [event] = Event.by_status.query("pending")
    assert said == {
        "status": "pending",
        "message": "Event submitted for approval",
        "id": event.event_id,
        "status_url": said["status_url"],
    }
    page = Client().get(said["status_url"].removeprefix("http://127.0.0.1:8000"))
    assert "Rust for Gardeners" in page.content.decode()
    assert (event.region, event.source_type) == ("VA", "submission")
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert said["status_url"] in mail.outbox[0].body


def test_a_group_waits_when_its_feed_can_be_read(server):
    server["/feed.ics"] = ok(calendar())
    said = post(group_body(server.url("/feed.ics")), GROUPS).json()
    assert (said["status"], said["message"]) == ("pending", "Group submitted for approval")
    found = Group.find(said["id"])
    assert (found.name, found.status, found.submitted_by) == ("DC Knitters", "pending", EMAIL)


def test_a_group_is_refused_for_its_feed_and_for_being_here(server):
    server["/"] = html("<p>No calendar</p>")
    refused = post(group_body(server.url("/")), GROUPS, 422)
    assert problems(refused) == {"ical": "This is a web page, not a calendar feed."}
    make.group("pythons").save()
    refused = post(group_body("https://pythons.example.org/feed.ics"), GROUPS, 422)
    assert problems(refused)["ical"].startswith("The group Pythons has it already")


def test_the_forms_errors_have_the_bodys_names(now):
    day = {"date": f"{now + 8 * DAY:%Y-%m-%d}", "time": "20:00", "end_time": "18:00"}
    sent = body(now, state="XX", url="ftp://example.org/", more_days=[day])
    assert sorted(problems(post(sent, status=422))) == ["more_days.0.end_time", "state", "url"]
    assert sorted(problems(post({"title": 5, "loction": "x"}, status=422))) == [
        "date",
        "loction",
        "submitter_email",
        "title",
    ]
    assert list(Event.by_status.query("pending")) == []


def test_several_days_are_one_event(now):
    day = {"date": f"{now + 8 * DAY:%Y-%m-%d}", "time": "09:00", "end_time": "12:00"}
    said = post(body(now, end_time="20:00", more_days=[day], categories=[])).json()
    assert len(Event.find(said["id"]).sessions) == 2


def test_what_is_here_already_is_said_and_where(now):
    said = post(body(now)).json()
    again = post(body(now), status=409).json()
    assert again["known"] == {"status": "pending", "html_url": None}
    Event.find(said["id"]).approve(make_act())
    again = post(body(now), status=409).json()
    assert again["known"]["html_url"].endswith(f"/events/{said['id']}/rust-for-gardeners/")


def make_act():
    from dctech.moderation import Act  # noqa: PLC0415 - one use

    return Act("user:ada", dt.datetime.now(dt.UTC))


def test_a_trusted_key_publishes_at_once_and_is_listed_for_review(now):
    said = post(body(now), **key("submit-trusted")).json()
    event = Event.find(said["id"])
    assert (said["status"], said["message"]) == ("approved", "Event published")
    assert (event.state, event.approval_metadata.approved_by[:4]) == ("VA", "key:")
    assert Review.of("event", event.event_id).why == "trusted"


def test_another_key_makes_nothing_approved(now):
    assert post(body(now), **key("moderate", "admin", "read")).json()["status"] == "pending"
    assert post(body(now, title="Other"), status=401, Authorization="Bearer dctech_no").json()


@pytest.mark.parametrize("address", [EVENTS, GROUPS])
@pytest.mark.parametrize("sent", [{}, "{"])
def test_the_key_is_looked_at_before_the_body(settings, address, sent):
    settings.API_REQUESTS_PER_KEY_AND_HOUR = 2
    post(sent, address, 401, Authorization="Bearer dctech_no")
    script, refused = key("submit-trusted"), 422 if sent == {} else 400
    told = [post(sent, address, refused, **script)["RateLimit-Remaining"] for _ in range(2)]
    assert told == ["1", "0"]
    post(sent, address, 429, **script)


def test_another_scheme_is_no_key(now):
    assert post(body(now), Authorization="Basic YTpi").json()["status"] == "pending"


def test_a_session_is_not_looked_at(now):
    """A page of another site could send with it; and the accounts database is not asked (no mark here)."""
    client = Client()
    client.cookies["sessionid"] = "somebody"
    assert post(body(now), client=client).json()["status"] == "pending"


def test_the_limits_are_those_of_the_pages_and_are_told(now, settings):
    settings.SUBMISSIONS_PER_HOUR = 2
    first = post(body(now))
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"]) == ("2", "1")
    FROM_ADDRESS.take("127.0.0.1", dt.datetime.now(dt.UTC))  # by a page
    refused = post(body(now, title="Another"), status=429)
    assert refused["RateLimit-Remaining"] == "0"
    assert refused["Retry-After"] == refused["RateLimit-Reset"]
    assert 0 < int(refused["Retry-After"]) <= 3_600
    post(body(now, title="By a trusted key"), **key("submit-trusted"))


def test_an_address_can_submit_so_much_a_day(now, settings):
    settings.SUBMISSIONS_PER_EMAIL_AND_DAY = 1
    post(body(now))
    post(body(now, title="Another"), status=429)
    post(body(now, title="Third", submitter_email="other@example.org"))


def test_the_same_post_again_has_the_same_answer_and_stores_nothing(now):
    headers = {"Idempotency-Key": "b6c0a1"}
    first = post(body(now), **headers)
    again = post(body(now), **headers)
    assert again.json() == first.json()
    assert (len(mail.outbox), Event.by_status.count("pending")) == (1, 1)
    refused = post(body(now, title="Something else"), status=422, **headers)
    assert list(problems(refused)) == ["Idempotency-Key"]
    post(body(now, title="Something else"), **{"Idempotency-Key": "b6c0a2"})
    assert "Idempotency-Key" in problems(post(body(now), status=400, **{"Idempotency-Key": ""}))


def test_a_post_that_is_sent_again_is_told_that_it_was_deleted(now):
    script = key("submit-trusted")
    headers = {"Idempotency-Key": "b6c0a1"} | script
    Event.find(post(body(now), **headers).json()["id"]).remove(make_act())
    again = post(body(now), status=410, **headers)
    assert (
        again.json()["detail"] == "The event that was sent under this Idempotency-Key was deleted."
    )
    assert "known" not in again.json()
    post(body(now), status=202, **(headers | {"Idempotency-Key": "b6c0a2"}))


def test_a_post_of_what_was_deleted_is_counted_against_no_limit(now):
    headers = {"Idempotency-Key": "b6c0a1"}
    Event.find(post(body(now), **headers).json()["id"]).remove(make_act())
    for _ in range(3):
        post(body(now), status=410, **headers)
    assert {int(count.number) for count in Count.query("limits#address")} == {1}
    assert {int(count.number) for count in Count.query("limits#email")} == {1}


def test_what_was_refused_may_be_mended_under_the_same_key(now):
    headers = {"Idempotency-Key": "b6c0a1"}
    post(body(now, title=""), status=422, **headers)
    post(body(now), **headers)


def test_a_key_for_posts_is_forgotten_after_a_day(now):
    headers = {"Idempotency-Key": "b6c0a1"}
    post(body(now), **headers)
    [record] = Posted.query("posted")
    record.update(actions=[Posted.ttl.set(NOW - dt.timedelta(days=900))])  # DynamoDB deletes late
    assert post(body(now, title="Another"), **headers).json()["id"] != record.item_id


def test_twenty_posts_at_once_make_one_event(now):
    headers = {"Idempotency-Key": "b6c0a1"}
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post(body(now), **headers).json(), range(20)))
    assert len({json.dumps(answer) for answer in answers}) == 1
    assert Event.by_status.count("pending") == 1
    assert len(mail.outbox) == 1


TEXT = st.one_of(
    st.sampled_from(
        (
            *ODD,
            "2026-09-02",
            "9999-12-31",
            "0001-01-01",
            "02:30",
            "24:00",
            "UTC",
            "/etc",
            "x" * 3_000,
        )
    ),
    st.text(max_size=20),
    st.text(max_size=8).map(MARK.__add__),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
FIELDS = (
    *("title", "date", "time", "end_time", "end_date", "all_day", "more_days", "timezone"),
    *("location", "location_type", "city", "state", "url", "cost", "categories", "description"),
    *("submitter_email", "name", "website", "ical"),
)
DAYS = st.lists(
    st.fixed_dictionaries({"date": TEXT, "time": TEXT}, optional={"end_time": TEXT}), max_size=7
)
CHANGED = st.dictionaries(st.sampled_from(FIELDS), TEXT | JSON | DAYS, max_size=4)
RAW = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [
            b"",
            b"{",
            b"null",
            b"[" * 20_000,
            b'{"title": "\\ud800"}',
            b'{"title": 1e999}',
            b"9" * 5_000,
        ]
    ),
    JSON.map(json.dumps).map(str.encode),
)
BODIES = 10_000 if os.environ.get("CI") else 2_000


@pytest.fixture
def unlimited(settings):
    settings.SUBMISSIONS_PER_HOUR = settings.SUBMISSIONS_PER_EMAIL_AND_DAY = 10**6
    settings.FEED_PREVIEWS_PER_HOUR = 10**6


@hypothesis(
    max_examples=BODIES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(address=st.sampled_from([EVENTS, GROUPS]), changed=CHANGED, raw=st.none() | RAW)
def test_no_body_is_a_fault_of_ours(now, unlimited, address, changed, raw):
    whole = body(now) if address == EVENTS else group_body("http://127.0.0.1:9/")
    sent = json.dumps({**whole, **changed}).encode() if raw is None else raw
    response = Client(raise_request_exception=False).post(
        address, sent, content_type="application/json"
    )
    assert response.status_code in {202, 400, 409, 422}
    if response.status_code != 202:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == response.status_code


def test_limits_are_counted_for_nobody_by_name(now):
    post(body(now))
    kept = [count.sort for what in ("address", "email") for count in Count.query(f"limits#{what}")]
    assert len(kept) == 2
    assert not [sort for sort in kept if EMAIL in sort or "127.0.0.1" in sort]
