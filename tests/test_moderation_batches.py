"""Bulk acts: resumed where they stopped, undone as one."""

import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from dctech.models import History
from dctech.moderation import Act, Batch, NothingToUndo
from events.models import Event
from tests import make
from tests.make import NOW

ADA = Act("user:ada", NOW, reason="Spring cleaning")
LATER = NOW + dt.timedelta(minutes=5)


def to_the_end():
    return True


@pytest.fixture
def events(tables):
    made = [
        make.event(title=f"Event {n}", source_type="submission", status="pending")
        for n in range(25)
    ]
    for event in made:
        event.save()
    return made


def keys(events):
    return [event.event_id for event in events]


def statuses(events):
    return [Event.find(event.event_id).status for event in events]


def test_a_bulk_act_decides_each_and_says_how_far_it_has_come(events):
    batch = Batch.begin("event", "rejected", keys(events), ADA)
    batch.run(NOW, go_on=to_the_end)
    assert statuses(events) == ["rejected"] * 25
    found = Batch.find(batch.sort)
    assert (found.done, found.total, found.finished, found.refused) == (25, 25, True, None)
    assert Event.find(events[0].event_id).approval_metadata.rejection_reason == "Spring cleaning"


def test_what_was_decided_meanwhile_is_refused_and_named(events):
    batch = Batch.begin("event", "approved", keys(events), ADA)
    Event.find(events[3].event_id).approve(Act("user:bob", NOW))
    batch.run(NOW, go_on=to_the_end)
    assert Batch.find(batch.sort).refused == {
        events[3].event_id: "It was approved by bob at 2026-09-01 16:00 UTC."
    }


def test_it_goes_on_where_it_was_cut_off(events):
    batch = Batch.begin("event", "approved", keys(events), ADA)
    allowed = itertools.chain([True] * 13, [False])
    batch.run(NOW, go_on=lambda: next(allowed))
    assert statuses(events) == ["approved"] * 13 + ["pending"] * 12
    Batch.find(batch.sort).run(LATER, go_on=to_the_end)
    assert statuses(events) == ["approved"] * 25


def test_a_killed_run_repeats_nothing(events):
    """The note of how far it came is older than what it has done."""
    batch = Batch.begin("event", "approved", keys(events), ADA)

    class Killed(BaseException):
        pass

    def until_killed(calls=itertools.count(1)):  # noqa: B008 - one count for the test
        if next(calls) > 17:
            raise Killed
        return True

    with pytest.raises(Killed):
        batch.run(NOW, go_on=until_killed)
    resumed = Batch.find(batch.sort)
    assert resumed.done == 10
    resumed.run(LATER, go_on=to_the_end)
    assert (resumed.finished, resumed.refused) == (True, None)
    for event in events:
        assert len(list(History.of(f"event#{event.event_id}"))) == 1


def test_it_is_undone_as_one(events):
    batch = Batch.begin("event", "approved", keys(events), ADA)
    batch.run(NOW, go_on=to_the_end)
    Event.find(events[4].event_id).reject(Act("user:bob", NOW))
    undoing = Batch.find(batch.sort).undo(Act("user:bob", LATER))
    undoing.run(LATER, go_on=to_the_end)
    assert statuses(events) == ["pending"] * 4 + ["rejected"] + ["pending"] * 20
    assert list(undoing.refused) == [events[4].event_id]
    with pytest.raises(NothingToUndo):
        undoing.undo(ADA)


def test_a_bulk_deletion_is_undone_as_one(events):
    batch = Batch.begin("event", "deleted", keys(events), ADA)
    batch.run(NOW, go_on=to_the_end)
    assert [Event.find(key) for key in keys(events)] == [None] * 25
    batch.undo(Act("user:bob", LATER)).run(LATER, go_on=to_the_end)
    assert statuses(events) == ["pending"] * 25


def test_two_runs_at_once_refuse_nothing_and_tell_each_once(tables):
    made = [
        make.event(title=f"Event {n}", source_type="submission", status="pending")
        for n in range(60)
    ]
    for event in made:
        event.save()
    batch = Batch.begin("event", "approved", keys(made), ADA)
    told = []

    def run(_number):
        Batch.find(batch.sort).run(
            NOW, go_on=to_the_end, tell=lambda item, _record: told.append(item.key)
        )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    found = Batch.find(batch.sort)
    assert (found.done, found.finished, found.refused) == (60, True, None)
    assert statuses(made) == ["approved"] * 60
    assert sorted(told) == sorted(keys(made))


def test_what_a_killed_run_has_decided_it_has_told(events):
    batch = Batch.begin("event", "approved", keys(events), ADA)
    told = []

    class Killed(BaseException):
        pass

    def tell(item, _record):
        told.append(item.key)
        if len(told) == 7:
            raise Killed

    with pytest.raises(Killed):
        batch.run(NOW, go_on=to_the_end, tell=tell)
    Batch.find(batch.sort).run(LATER, go_on=to_the_end, tell=tell)
    assert told == keys(events)


def test_what_is_another_version_than_the_list_showed_is_refused(events):
    seen = dict.fromkeys(keys(events), 1)
    Event.find(events[2].event_id).edit(Act("submitter", NOW), {"title": "Buy this"})
    batch = Batch.begin("event", "approved", keys(events), ADA, versions=seen)
    batch.run(NOW, go_on=to_the_end)
    assert batch.refused == {
        events[2].event_id: "It was changed meanwhile: title. Look at it again, then repeat."
    }
    assert statuses(events)[:4] == ["approved", "approved", "pending", "approved"]


def test_a_bulk_act_takes_at_most_five_hundred(tables):
    with pytest.raises(ValueError, match="1 to 500"):
        Batch.begin("event", "approved", [str(n) for n in range(501)], ADA)
