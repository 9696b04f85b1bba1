"""Bulk acts: resumed where they stopped, undone as one."""

import datetime as dt
import itertools

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


def test_a_bulk_act_takes_at_most_five_hundred(tables):
    with pytest.raises(ValueError, match="1 to 500"):
        Batch.begin("event", "approved", [str(n) for n in range(501)], ADA)
