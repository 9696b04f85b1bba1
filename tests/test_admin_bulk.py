"""Bulk acts: begun by an action, run in slices, resumed, taken back."""

import itertools
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from dctech.admin import bulk
from dctech.moderation import Act, Batch
from events.models import Event
from tests import staff
from tests.make import NOW
from tests.test_admin_queue import EVENTS, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(tables):
    return staff.browser(Client)


def key(number):
    return f"{number:064}"


def keys(count):
    return [key(number) for number in range(count)]


def choose(client, action, chosen, **more):
    data = {"action": action, "_selected_action": chosen, "index": "0", **more}
    return client.post(EVENTS, data)


def run(client, address):
    """Press Continue until it is finished, as the page's script does; return the figures of each slice."""
    figures = []
    while not figures or not figures[-1]["finished"]:
        answer = client.post(f"{address}run/", headers={"accept": "application/json"})
        figures.append(answer.json())
    return figures


def statuses(count):
    return [Event.find(each).status for each in keys(count)]


def test_an_action_begins_a_bulk_act_whose_page_runs_it(ada):
    fill(4)
    response = choose(ada, "approve_selected", keys(3))
    assert response.status_code == 302
    assert "Continue" in ada.get(response.url).content.decode()
    assert statuses(4) == ["pending"] * 4
    assert run(ada, response.url)[-1] == {"done": 3, "total": 3, "finished": True}
    assert statuses(4) == ["approved"] * 3 + ["pending"]
    assert [entry.object_repr for entry in LogEntry.objects.all()] == ["3 events approved"]
    assert "Undo all of this" in ada.get(response.url).content.decode()
    assert "3 approved" in ada.get(f"{EVENTS}batches/").content.decode()


def test_without_a_script_continue_leads_back_to_the_page(ada):
    fill(2)
    address = choose(ada, "approve_selected", keys(2)).url
    response = ada.post(f"{address}run/")
    assert (response.status_code, response.url) == (302, address)
    assert statuses(2) == ["approved"] * 2


def test_rejecting_many_needs_a_reason(ada):
    fill(2)
    assert choose(ada, "reject_selected", keys(2)).url == EVENTS
    assert Batch.recent() == []
    run(ada, choose(ada, "reject_selected", keys(2), reason="Spam").url)
    assert statuses(2) == ["rejected"] * 2
    assert Event.find(key(0)).approval_metadata.rejection_reason == "Spam"


def test_the_first_five_hundred_of_a_list_survive_a_time_out(ada, monkeypatch):
    fill(510)
    response = choose(ada, "approve_selected", [key(509)], select_across="1")
    batch = Batch.find(response.url.rstrip("/").rpartition("/")[2])
    assert batch.total == 500

    class TimedOut(BaseException):
        pass

    def killed(calls=itertools.count(1)):  # noqa: B008 - one count for the test
        if next(calls) > 123:
            raise TimedOut
        return True

    with pytest.raises(TimedOut):
        batch.run(NOW, go_on=killed)
    assert "120 of 500" in ada.get(response.url).content.decode()
    monkeypatch.setattr(bulk, "SLICE_SECONDS", 1.0)
    slices = run(ada, response.url)
    assert slices[-1] == {"done": 500, "total": 500, "finished": True}
    assert statuses(510) == ["pending"] * 10 + ["approved"] * 500
    assert [len(list(Event.find(each).history())) for each in keys(510)[10::100]] == [1] * 5


def test_refused_ones_are_named_with_their_pages(ada):
    fill(3)
    address = choose(ada, "approve_selected", keys(3)).url
    Event.find(key(1)).reject(Act("user:bob", NOW, reason="Spam"))
    Event.find(key(2)).approve(Act("user:bob", NOW))
    run(ada, address)
    page = ada.get(address).content.decode()
    assert f"{EVENTS}{key(2)}/change/" in page
    assert "It was approved by bob at" in page


def test_only_what_the_list_showed_is_approved(ada):
    fill(2)
    shown = re.findall(r'name="_seen\[\]" value="([^"]+)"', ada.get(EVENTS).content.decode())
    assert sorted(shown) == [f"1 {each}" for each in keys(2)]
    Event.find(key(1)).edit(Act("submitter", NOW), {"description": "Buy this"})
    address = choose(ada, "approve_selected", keys(2), **{"_seen[]": shown}).url
    run(ada, address)
    assert statuses(2) == ["approved", "pending"]
    assert "It was changed meanwhile: description" in ada.get(address).content.decode()


def test_all_of_it_is_undone(ada):
    fill(3)
    address = choose(ada, "approve_selected", keys(3)).url
    run(ada, address)
    undoing = ada.post(f"{address}undo/").url
    run(ada, undoing)
    assert statuses(3) == ["pending"] * 3
    assert ada.post(f"{undoing}undo/").url == undoing


def test_deleting_many_is_confirmed_first(ada):
    fill(2)
    page = choose(ada, "delete_selected", keys(2))
    assert "Delete 2 events?" in page.content.decode()
    assert Batch.recent() == []
    response = ada.post(
        EVENTS,
        {"action": "delete_selected", "_selected_action": keys(2), "confirmed": "yes"},
    )
    run(ada, response.url)
    assert [Event.find(each) for each in keys(2)] == [None, None]


def test_more_than_five_hundred_are_refused(ada):
    response = choose(ada, "approve_selected", keys(501))
    assert (response.url, Batch.recent()) == (EVENTS, [])


def test_a_bulk_act_on_groups_is_none_on_events(ada):
    batch = Batch.begin("group", "approved", ["pythons"], Act("user:ada", NOW))
    assert ada.get(f"{EVENTS}batches/{batch.sort}/").status_code == 404
