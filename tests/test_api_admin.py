"""The staff's endpoints: decisions as they were seen, edits, ways back, bulk acts, feeds and figures."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.test import Client

from collector.models import Feed
from dctech.api import bulk
from dctech.api.keys import ApiKey
from dctech.models import History
from dctech.moderation import Act, Batch
from events.models import Event
from groups.models import Group
from tests import make, staff
from tests.make import NOW
from tests.servers import ok
from tests.test_submit_group import calendar, server

__all__ = ["server"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

EVENTS, GROUPS = "/api/admin/events", "/api/admin/groups"
EMAIL = "zqsubmitter@example.org"


class Staff:
    """A script with a key."""

    def __init__(self, *scopes):
        self.key, sent = ApiKey.make("Script", scopes or ("admin",), by="user:ada", now=NOW)
        self.by = f"key:{self.key.key_id}"
        self.client = Client(headers={"Authorization": f"Bearer {sent}"})

    def __call__(self, method, address, sent=None, status=200, **headers):
        response = self.client.generic(
            method,
            address,
            "" if sent is None else json.dumps(sent),
            content_type="application/json",
            headers=headers,
        )
        assert response.status_code == status, response.content
        return response.json() if response.content else None


@pytest.fixture
def script(tables):
    return Staff()


def submission(title="Mine", **more):
    made = make.event(
        title, **{"status": "pending", "submitted_by": EMAIL, "source_type": "submission"} | more
    )
    made.save()
    return made


def test_a_queue_is_paged_by_cursor_oldest_first(script):
    for number in range(5):
        submission(f"Event {number}", submitted_at=NOW + dt.timedelta(minutes=number))
    titles, following = [], ""
    while following is not None:
        page = script("GET", f"{EVENTS}/pending?limit=2&cursor={following}")
        titles += [item["title"] for item in page["items"]]
        following = page["next"]
        submission("Later", submitted_at=NOW + dt.timedelta(days=1))
    assert titles == [f"Event {number}" for number in range(5)] + ["Later"]
    assert (
        script("GET", f"{EVENTS}/pending?cursor=forged", status=400)["errors"][0]["field"]
        == "cursor"
    )
    assert script("GET", f"{EVENTS}/rejected") == {"items": [], "next": None}


@pytest.mark.parametrize("events", [1, 3])
def test_a_page_of_a_queue_costs_one_query_and_one_read(script, events, dynamodb_calls):
    for number in range(events):
        submission(f"Event {number}")
    script("GET", f"{EVENTS}/pending")
    dynamodb_calls.clear()
    script("GET", f"{EVENTS}/pending")
    # The key, its limit, the queue, the whole items.
    assert dynamodb_calls == ["GetItem", "UpdateItem", "Query", "BatchGetItem"]


def test_approving_publishes_and_tells_the_submitter(script):
    event = submission()
    said = script("PUT", f"{EVENTS}/{event.key}/approve")
    assert (said["status"], said["listed"], said["decision"]["by"]) == ("approved", True, script.by)
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert f"/submit/event/{event.key}" in mail.outbox[0].body


def test_rejecting_needs_a_reason_and_gives_it(script):
    event = submission()
    refused = script("PUT", f"{EVENTS}/{event.key}/reject", {"reason": " "}, 422)
    assert [each["field"] for each in refused["errors"]] == ["reason"]
    said = script("PUT", f"{EVENTS}/{event.key}/reject", {"reason": "A duplicate"})
    assert (said["status"], said["decision"]["reason"]) == ("rejected", "A duplicate")
    assert "A duplicate" in mail.outbox[0].body


def test_the_second_is_told_who_decided_and_when(script):
    event = submission()
    Event.find(event.key).approve(Act("user:bob", NOW))
    refused = script("PUT", f"{EVENTS}/{event.key}/reject", {"reason": "No"}, 409)
    assert refused["decision"] == {
        "status": "approved",
        "by": "user:bob",
        "at": "2026-09-01T16:00:00+00:00",
    }
    assert refused["detail"] == "It was approved by bob at 2026-09-01 16:00 UTC."
    # With the version that was seen it is a decision about what is approved.
    script("PUT", f"{EVENTS}/{event.key}/reject", {"reason": "No", "version": 2})


def test_of_twenty_at_once_one_decides(script):
    event = submission()

    def decide(number):
        verb, sent = ("approve", None) if number % 2 else ("reject", {"reason": "No"})
        response = script.client.generic(
            "PUT",
            f"{EVENTS}/{event.key}/{verb}",
            "" if sent is None else '{"reason": "No"}',
            content_type="application/json",
        )
        return response.status_code

    with ThreadPoolExecutor(20) as pool:
        codes = sorted(pool.map(decide, range(20)))
    assert codes == [200] + [409] * 19
    assert len(list(Event.find(event.key).history())) == 1


def test_a_stale_edit_is_refused_with_what_differs(script):
    event = submission(description="Old")
    seen = script("GET", f"{EVENTS}/{event.key}")["version"]
    Event.find(event.key).edit(Act("user:bob", NOW), {"description": "Bob's"})
    refused = script("PUT", f"{EVENTS}/{event.key}", {"title": "Mine", "version": seen}, 409)
    differs = {each["field"]: each["now"] for each in refused["differences"]}
    assert differs["description"] == "Bob's"
    sent = {"title": "Ours"}
    refused = script("PUT", f"{EVENTS}/{event.key}", sent, 412, **{"If-Match": f'"{seen}"'})
    assert refused["differences"]
    said = script("PUT", f"{EVENTS}/{event.key}", sent, **{"If-Match": f'"{seen + 1}"'})
    assert (said["title"], said["description"], said["version"]) == ("Ours", "Bob's", seen + 2)
    script("DELETE", f"{EVENTS}/{event.key}", None, 412, **{"If-Match": '"1"'})


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize("sent", ["1", '"1', "", "version 1"])
def test_a_condition_that_cannot_be_read_is_refused(script, header, sent):
    event = submission()
    for method, body in (("DELETE", None), ("PUT", {"title": "Ours"})):
        refused = script(method, f"{EVENTS}/{event.key}", body, 400, **{header: sent})
        assert [each["field"] for each in refused["errors"]] == [header]
    assert Event.find(event.key).title == "Mine"


def test_a_version_that_never_was_is_said_to_be_none(script):
    event = submission()
    script("PUT", f"{EVENTS}/{event.key}", {"title": "Ours"})
    said = "There is no such version of it: it is at version 2."
    refused = script("PUT", f"{EVENTS}/{event.key}", {"title": "Mine", "version": 77}, 409)
    assert (refused["detail"], "decision" in refused, "differences" in refused) == (
        said,
        False,
        False,
    )
    for etag in ('"999"', 'W/"2"', '"two"', f'"{"9" * 5000}"'):
        headers = {"If-Match": etag}
        refused = script("PUT", f"{EVENTS}/{event.key}", {"title": "Mine"}, 412, **headers)
        assert refused["detail"] == said
    bulk = {"action": "approve", "ids": [event.key], "versions": {event.key: 77}}
    [result] = script("POST", f"{EVENTS}/bulk", bulk)["results"]
    assert (result["result"], result["detail"]) == ("refused", said)


def test_what_was_only_proposed_is_no_difference(script):
    event = submission(title="Mine")
    event.edit(Act("user:bob", NOW), {"cost": "$5"})
    proposed = {"before": {"title": "Mine"}, "after": {"title": "Theirs"}}
    History.entry(event.object_id, "proposed", now=NOW, by="submitter", **proposed).save()
    refused = script("PUT", f"{EVENTS}/{event.key}", {"title": "Ours", "version": 1}, 409)
    assert refused["differences"] == [{"field": "cost", "seen": None, "now": "$5"}]


def test_a_version_and_an_etag_must_both_be_the_present_one(script):
    event = submission()
    sent = {"title": "Ours"}
    script("PUT", f"{EVENTS}/{event.key}", sent)
    for version, etag, status in ((1, '"2"', 409), (2, '"1"', 412), (1, "*", 409), (2, '"2"', 200)):
        headers = {"If-Match": etag}
        script("PUT", f"{EVENTS}/{event.key}", {**sent, "version": version}, status, **headers)


def test_what_a_reader_has_already_is_not_sent_again(script):
    event = submission()
    address = f"{EVENTS}/{event.key}"
    for seen in ('"1"', 'W/"1"', '"7", "1"', "*"):
        assert script("GET", address, None, 304, **{"If-None-Match": seen}) is None
    for seen in ('"2"', "1"):
        assert script("GET", address, None, 200, **{"If-None-Match": seen})["title"] == "Mine"
    answer = script.client.get(address, headers={"If-None-Match": '"1"'})
    assert (answer["ETag"], answer["Cache-Control"]) == ('"1"', "private, no-store")


def test_a_write_is_held_to_what_must_not_be_there(script):
    event = submission()
    for seen in ("*", '"1"'):
        script("PUT", f"{EVENTS}/{event.key}", {"title": "A"}, 412, **{"If-None-Match": seen})
    script("PUT", f"{EVENTS}/{event.key}", {"title": "Ours"}, **{"If-None-Match": '"2"'})


def test_an_edit_changes_what_is_sent_and_nothing_else(script):
    event = submission(cost="Free")
    sent = {
        "start": "2026-09-03T22:30:00Z",
        "end": "2026-09-03T20:00",
        "cost": None,
        "reason": "Moved",
    }
    said = script("PUT", f"{EVENTS}/{event.key}", sent)
    assert (said["start"], said["end"]) == (
        "2026-09-03T18:30:00-04:00",
        "2026-09-03T20:00:00-04:00",
    )
    assert (said["cost"], said["title"], said["location"]) == (None, event.title, event.location)
    [entry] = script("GET", f"{EVENTS}/{event.key}/history")["entries"]
    assert (entry["reason"], entry["before"]["cost"], entry["after"]["cost"]) == (
        "Moved",
        "Free",
        None,
    )
    assert (
        script("PUT", f"{EVENTS}/{event.key}", {"title": said["title"]})["version"]
        == said["version"]
    )


def test_the_review_forms_errors_have_the_bodys_names(script):
    event = submission()
    sent = {"start": "2026-09-03T20:00", "end": "2026-09-03T18:00", "state": "XX", "url": "no url"}
    refused = script("PUT", f"{EVENTS}/{event.key}", sent, 422)
    assert sorted(each["field"] for each in refused["errors"]) == ["end", "state", "url"]
    refused = script("PUT", f"{EVENTS}/{event.key}", {"start": "soon", "titel": "x"}, 422)
    assert [each["field"] for each in refused["errors"]] == ["titel"]
    refused = script("PUT", f"{EVENTS}/{event.key}", {"start": "soon"}, 422)
    assert [each["field"] for each in refused["errors"]] == ["start"]


def test_numbers_are_whole_whatever_they_are_written_like_and_null_is_no_body(script):
    event = submission()
    address = f"{EVENTS}/{event.key}/approve"
    refused = script("PUT", address, {"version": 1.5}, status=422)
    assert refused["errors"][0]["field"] == "version"
    assert script("PUT", address, {"version": 1.0})["version"] == 2
    null = script.client.put(address, "null", content_type="application/json")
    assert (null.status_code, null.json()["detail"]) == (400, "The body is no JSON object.")


def test_an_edit_of_a_collected_event_locks_what_it_sets(script):
    event = make.event()
    event.save()
    said = script("PUT", f"{EVENTS}/{event.key}", {"title": "Better", "reason": "A slip"})
    lock = said["locks"]["title"]
    assert (lock["value"], lock["feed"], lock["by"]) == ("Better", "Python Night", script.by)
    refused = script("PUT", f"{EVENTS}/{event.key}", {"group_name": "Mine"}, 422)
    assert refused["errors"] == [{"field": "group_name", "message": "The group's feed sets it."}]


def test_a_change_is_taken_back_and_a_version_restored(script):
    event = submission()
    script("PUT", f"{EVENTS}/{event.key}", {"title": "Second"})
    script("PUT", f"{EVENTS}/{event.key}/approve")
    said = script("POST", f"{EVENTS}/{event.key}/undo")
    assert (said["status"], said["title"], said["listed"]) == ("pending", "Second", False)
    script("PUT", f"{EVENTS}/{event.key}", {"title": "Third"})
    page = script("GET", f"{EVENTS}/{event.key}/history?limit=2")
    rest = script("GET", f"{EVENTS}/{event.key}/history?limit=9&cursor={page['next']}")
    entries = page["entries"] + rest["entries"]
    assert [e["action"] for e in entries] == ["edited", "undone", "approved", "edited"]
    said = script("POST", f"{EVENTS}/{event.key}/restore", {"entry_id": entries[-1]["entry_id"]})
    assert said["title"] == "Second"
    script("POST", f"{EVENTS}/{event.key}/undo", {"entry_id": "no"}, 404)


def test_what_was_deleted_is_brought_back(script):
    event = submission()
    script("DELETE", f"{EVENTS}/{event.key}", None, 204)
    script("GET", f"{EVENTS}/{event.key}", None, 404)
    assert script("GET", f"{EVENTS}/{event.key}/history")["entries"][0]["action"] == "deleted"
    assert script("POST", f"{EVENTS}/{event.key}/restore")["title"] == "Mine"
    script("POST", f"{EVENTS}/{event.key}/restore", None, 404)


def test_what_was_deleted_is_brought_back_as_it_was_seen_last(script):
    event = submission()
    restore = f"{EVENTS}/{event.key}/restore"
    script("PUT", f"{EVENTS}/{event.key}", {"title": "Ours"})
    script("DELETE", f"{EVENTS}/{event.key}", None, 204)
    refused = script("POST", restore, {"version": 999}, 409)
    assert refused["detail"] == "It was at version 2 when it was deleted."
    for etag in ('"1"', "*"):
        script("POST", restore, {"version": 2}, 412, **{"If-Match": etag})
    said = script("POST", restore, {"version": 2}, **{"If-Match": '"2"'})
    assert (said["title"], said["version"]) == ("Ours", 4)


def bulk_result(script, event, **sent):
    """Return (result, detail) of a bulk act on one event."""
    [found] = script("POST", f"{EVENTS}/bulk", {"ids": [event.key], **sent})["results"]
    return found["result"], found["detail"]


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_a_bulk_decision_overrides_nobody_elses(script, action):
    event = submission()
    Event.find(event.key).approve(Act("user:bob", NOW))
    sent = {"action": action, "reason": "No"}
    said = "It was approved by bob at 2026-09-01 16:00 UTC."
    assert bulk_result(script, event, **sent) == ("refused", said)
    assert bulk_result(script, event, **sent, versions={event.key: 1}) == ("refused", said)
    assert Event.find(event.key).approval_metadata.approved_by == "user:bob"


def test_a_bulk_decision_may_be_about_what_is_decided_if_it_was_seen(script):
    event = submission()
    Event.find(event.key).approve(Act("user:bob", NOW))
    sent = {"action": "reject", "reason": "No", "versions": {event.key: 2}}
    assert bulk_result(script, event, **sent) == ("done", None)
    assert Event.find(event.key).status == "rejected"


@pytest.mark.parametrize("action", ["approve", "reject", "delete"])
def test_a_bulk_act_is_about_the_versions_that_were_seen(script, action):
    event, other = submission(), submission("Other")
    Event.find(event.key).edit(Act("user:bob", NOW), {"title": "Something else"})
    seen = {event.key: 1, other.key: 1}
    sent = {"action": action, "ids": list(seen), "versions": seen, "reason": "No"}
    results = script("POST", f"{EVENTS}/bulk", sent)["results"]
    assert [(each["id"], each["result"]) for each in results] == [
        (event.key, "refused"),
        (other.key, "done"),
    ]
    assert results[0]["detail"].startswith("It was changed meanwhile: title")


def test_a_bulk_act_names_versions_of_its_own_items_alone(script):
    event = submission()
    sent = {"action": "approve", "ids": [event.key]}
    for versions, field in (
        ({"other": 1}, "versions"),
        ({event.key: 0}, f"versions.{event.key}"),
        ({event.key: 10**40}, f"versions.{event.key}"),
    ):
        refused = script("POST", f"{EVENTS}/bulk", {**sent, "versions": versions}, 422)
        assert [each["field"] for each in refused["errors"]] == [field]
    assert Batch.recent() == []


def test_a_bulk_deletion_takes_what_is_decided(script):
    event = submission(status="approved")
    assert bulk_result(script, event, action="delete") == ("done", None)


def test_a_bulk_act_has_a_result_for_each_item_and_is_taken_back_as_one(script):
    events = [submission(f"Event {number}") for number in range(3)]
    ids = [event.key for event in events]
    said = script("POST", f"{EVENTS}/bulk", {"action": "approve", "ids": [*ids, "none"]})
    assert [(each["id"], each["result"]) for each in said["results"]] == [
        *((key, "done") for key in ids),
        ("none", "refused"),
    ]
    assert (said["done"], said["total"], said["finished"], len(mail.outbox)) == (4, 4, True, 3)
    assert Event.by_status.count("approved") == 3
    undone = script("POST", f"/api/admin/bulk/{said['id']}/undo")
    assert (undone["undoes"], Event.by_status.count("approved")) == (said["id"], 0)
    script("POST", f"/api/admin/bulk/{undone['id']}/undo", None, 409)


def test_a_bulk_act_that_takes_long_is_resumed(script, monkeypatch):
    ids = [submission(f"Event {number}").key for number in range(3)]
    monkeypatch.setattr(bulk, "SLICE_SECONDS", 0.0)
    said = script("POST", f"{EVENTS}/bulk", {"action": "reject", "ids": ids, "reason": "Spam"}, 202)
    assert [each["result"] for each in said["results"]] == ["waiting"] * 3
    monkeypatch.undo()
    address = said["status_url"].removeprefix("http://127.0.0.1:8000")
    assert script("GET", address)["done"] == 0
    assert script("POST", address)["finished"]
    assert Event.by_status.count("rejected") == 3


def test_a_bulk_act_is_of_at_most_500_and_rejects_with_a_reason(script):
    ids = [f"{number}" for number in range(501)]
    refused = script("POST", f"{EVENTS}/bulk", {"action": "approve", "ids": ids}, 422)
    assert [each["field"] for each in refused["errors"]] == ["ids"]
    script("POST", f"{EVENTS}/bulk", {"action": "reject", "ids": ["a"]}, 422)
    script("POST", f"{EVENTS}/bulk", {"action": "approve", "ids": []}, 422)
    assert Batch.recent() == []


def test_groups_are_edited_and_decided_in_the_same_way(script):
    make.group("pythons", status="pending").save()
    said = script("PUT", f"{GROUPS}/pythons", {"timezone": "Mars", "suppress_urls": True}, 422)
    assert [each["field"] for each in said["errors"]] == ["timezone"]
    sent = {"suppress_urls": True, "skip_phrases": ["private"], "categories": []}
    said = script("PUT", f"{GROUPS}/pythons", sent)
    assert (said["suppress_urls"], said["skip_phrases"]) == (True, ["private"])
    said = script("PUT", f"{GROUPS}/pythons/approve")
    assert (said["status"], said["listed"]) == ("approved", True)
    assert Group.find("pythons").active_approved == "true_approved"


def test_what_a_feed_leaves_out_is_a_list_or_all_or_nothing(script):
    make.group("pythons", suppress_urls=True).save()
    for sent, kept in ((False, None), (["https://example.org/"], ["https://example.org/"])):
        assert script("PUT", f"{GROUPS}/pythons", {"suppress_urls": sent})["suppress_urls"] == kept
    for sent, field in (
        ("x", "suppress_urls"),
        (1, "suppress_urls"),
        ([1], "suppress_urls.0"),
        (["a", "x" * 501], "suppress_urls.1"),
        (["a"] * 101, "suppress_urls"),
    ):
        refused = script("PUT", f"{GROUPS}/pythons", {"suppress_urls": sent}, 422)
        assert [each["field"] for each in refused["errors"]] == [field]


def test_a_group_is_collected_now(script, server):
    server["/feed.ics"] = ok(calendar(count=2))
    make.group("knitters", ical=server.url("/feed.ics")).save()
    said = script("POST", f"{GROUPS}/knitters/collect")
    assert (said["outcome"], said["counts"]["new"]) == ("ok", 2)
    make.group("asleep", active=False).save()
    script("POST", f"{GROUPS}/asleep/collect", None, 409)
    script("POST", f"{GROUPS}/none/collect", None, 404)


def test_the_health_of_each_feed_those_that_fail_first(script):
    for name in ("a", "b", "c"):
        make.group(name).save()
    Feed("feeds", "a", last_success_at=NOW, occurrences=7).save()
    Feed("feeds", "b", last_success_at=NOW, failures=2, last_error="dns: no host").save()
    feeds = script("GET", "/api/admin/feeds")["feeds"]
    assert [(f["group_id"], f["failing"], f["failures"], f["events"]) for f in feeds] == [
        ("b", True, 2, None),
        ("a", False, 0, 7),
        ("c", False, 0, None),
    ]
    assert feeds[0]["last_error"] == "dns: no host"


def test_the_figures_count_what_waits_and_what_was_decided(script):
    event, _other = submission("One"), submission("Two")
    script("PUT", f"{EVENTS}/{event.key}/approve")
    said = script("GET", "/api/admin/stats")
    assert said["events"] == {
        "pending": 1,
        "approved": 1,
        "rejected": 0,
        "to_review": 0,
        "oldest_pending_at": "2026-09-01T16:00:00Z",
    }
    [tally] = said["tallies"]
    assert (tally["kind"], tally["decisions"]["approved"]) == ("event", 1)


@pytest.mark.parametrize("key", ["S", "L", "NULL"])
def test_an_id_may_be_one_of_dynamodbs_own_words(script, key):
    done = script("POST", f"{EVENTS}/bulk", {"action": "approve", "ids": [key]})
    [result] = done["results"]
    assert (result["id"], result["result"]) == (key, "refused")
    assert result["detail"] == "There is nothing with this id."


@pytest.mark.django_db
def test_somebody_of_the_staff_acts_by_their_session_with_the_csrf_token():
    event = submission()
    client = staff.browser(lambda: Client(enforce_csrf_checks=True), "ada", "moderator")
    address = f"{EVENTS}/{event.key}/approve"
    refused = client.put(address, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    client.cookies["csrftoken"] = token = "x" * 32
    answer = client.put(address, headers={"X-CSRFToken": token})
    assert answer.status_code == 200, answer.content
    assert Event.find(event.key).approval_metadata.approved_by == "user:ada"
