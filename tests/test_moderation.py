"""Decisions and edits: each one write with its record, told apart when two people act at once."""

import datetime as dt
import threading
from collections import Counter

import pytest

from dctech.models import CalendarVersion, History
from dctech.moderation import (
    Act,
    AlreadyDecided,
    Gone,
    NothingToUndo,
    Refused,
    Review,
    Stale,
)
from dctech.moderation.tallies import Tally
from events.models import Event
from groups.models import Group
from tests import make
from tests.make import NOW, TOMORROW_EVENING

ADA = Act("user:ada", NOW)
BOB = Act("user:bob", NOW + dt.timedelta(minutes=1))


def submission(**more):
    return make.event(
        source_type="submission",
        group_id=None,
        uid=None,
        status="pending",
        last_seen_date=None,
        **more,
    )


@pytest.fixture
def pending(tables):
    event = submission()
    event.save()
    return Event.find(event.event_id)


def stored(event):
    return Event.find(event.event_id)


def entries(item):
    return [(entry.action, entry.by, entry.before, entry.after) for entry in item.history()]


def test_approving_lists_the_event_and_tells_who_did_it(pending):
    version = CalendarVersion.current()
    pending.approve(ADA)
    event = stored(pending)
    assert (event.status, event.state, event.version) == ("approved", "VA", 2)
    assert event.approval_metadata.approved_by == "user:ada"
    assert event.approval_metadata.approved_at == NOW
    assert event.changed_at == NOW
    assert CalendarVersion.current() == version + 1
    [(action, by, before, after)] = entries(event)
    assert (action, by) == ("approved", "user:ada")
    assert before == {"status": "pending", "approval_metadata": None}
    assert after["status"] == "approved"


def test_the_item_is_afterwards_as_it_was_written(pending):
    pending.approve(ADA)
    assert pending.attribute_values.keys() - {"approval_metadata"} == (
        stored(pending).attribute_values.keys() - {"approval_metadata"}
    )
    pending.reject(BOB)
    assert stored(pending).status == "rejected"


def test_a_rejection_keeps_its_reason_and_lists_nothing(pending):
    pending.reject(Act("user:ada", NOW, reason="Not about technology"))
    event = stored(pending)
    assert (event.status, event.state) == ("rejected", None)
    assert event.approval_metadata.rejection_reason == "Not about technology"


def test_approving_with_edits_is_one_write(pending):
    pending.approve(ADA, {"title": "Python Night, corrected", "city": "Arlington"})
    event = stored(pending)
    assert (event.title, event.status, event.version) == ("Python Night, corrected", "approved", 2)
    [(_, _, before, after)] = entries(event)
    assert before["title"] == "Python Night"
    assert "city" not in after


def test_approving_at_another_start_moves_the_event(pending):
    pending.approve(
        ADA,
        {
            "start_datetime": TOMORROW_EVENING + dt.timedelta(days=1),
            "end_datetime": TOMORROW_EVENING + dt.timedelta(days=1, hours=2),
        },
    )
    [event] = Event.query(pending.event_id)
    assert event.start_datetime == TOMORROW_EVENING + dt.timedelta(days=1)
    assert event.previous_start is None  # nobody saw it at the old time


def test_the_second_moderator_is_told_who_decided(pending):
    seen = stored(pending)
    pending.approve(ADA)
    with pytest.raises(AlreadyDecided) as refusal:
        seen.reject(BOB)
    assert str(refusal.value) == "It was approved by ada at 2026-09-01 16:00 UTC."
    assert stored(pending).status == "approved"
    assert len(entries(pending)) == 1


def test_a_stale_edit_is_refused_with_what_differs(pending):
    seen = stored(pending)
    pending.edit(ADA, {"title": "Python Night at Ada's"})
    with pytest.raises(Stale) as refusal:
        seen.edit(BOB, {"cost": "Free"})
    assert refusal.value.differences == {"title": ("Python Night", "Python Night at Ada's")}
    assert stored(pending).cost is None


def test_what_was_deleted_cannot_be_decided(pending):
    seen = stored(pending)
    pending.remove(ADA)
    with pytest.raises(Gone):
        seen.approve(BOB)


def test_an_edit_that_changes_nothing_is_no_edit(pending):
    with pytest.raises(NothingToUndo):
        pending.edit(ADA, {"title": "Python Night", "cost": ""})
    assert entries(pending) == []


def test_undo_takes_a_decision_back(pending):
    entry = pending.approve(ADA)
    stored(pending).undo(entry, BOB)
    event = stored(pending)
    assert (event.status, event.state, event.approval_metadata) == ("pending", None, None)
    assert [action for action, *_ in entries(event)] == ["undone", "approved"]


def test_undo_brings_an_earlier_decision_back_whole(pending):
    pending.reject(Act("user:ada", NOW, reason="Too far"))
    entry = pending.approve(BOB)
    pending.undo(entry, BOB)
    event = stored(pending)
    assert event.status == "rejected"
    assert event.approval_metadata.rejection_reason == "Too far"
    assert event.approval_metadata.approved_at == NOW


def test_undo_is_refused_when_the_same_field_was_changed_since(pending):
    entry = pending.edit(ADA, {"title": "One"})
    pending.edit(BOB, {"title": "Two"})
    with pytest.raises(Stale) as refusal:
        pending.undo(entry, ADA)
    assert refusal.value.differences == {"title": ("One", "Two")}


def test_any_version_can_be_restored(pending):
    first = pending.edit(ADA, {"title": "One", "cost": "$5"})
    pending.edit(BOB, {"title": "Two"})
    pending.edit(
        Act("user:ada", NOW + dt.timedelta(minutes=2)),
        {"start_datetime": TOMORROW_EVENING + dt.timedelta(hours=1), "cost": None},
    )
    pending.restore(first.entry_id, Act("user:bob", NOW + dt.timedelta(minutes=3)))
    event = stored(pending)
    assert (event.title, event.cost, event.start_datetime) == ("One", "$5", TOMORROW_EVENING)


def test_a_deleted_item_comes_back_as_it_was(pending):
    pending.approve(ADA)
    before = stored(pending)
    entry = before.remove(BOB)
    assert stored(pending) is None
    Event.revive(entry, Act("user:ada", NOW + dt.timedelta(minutes=2)))
    after = stored(pending)
    moves = {"version", "updated_at", "changed_at", "approval_metadata"}
    same = before.attribute_values.keys() - moves
    assert {n: getattr(after, n) for n in same} == {n: getattr(before, n) for n in same}
    assert after.changed_at == NOW + dt.timedelta(minutes=2)  # for copies of the calendar it is new
    with pytest.raises(Refused):
        Event.revive(entry, ADA)


def test_a_decision_ends_what_waits_for_review(pending):
    Review.about("event", pending.event_id, why="trusted", title="x", now=NOW).save()
    pending.approve(ADA)
    assert Review.of("event", pending.event_id) is None


def test_an_edit_of_a_collected_event_locks_what_it_sets(tables):
    event = make.event()
    event.save()
    event = stored(event)
    event.edit(Act("user:ada", NOW, reason="The feed shouts"), {"title": "Python night"})
    event = stored(event)
    assert event.locks == {
        "title": {
            "value": "Python night",
            "by": "user:ada",
            "at": "2026-09-01T16:00:00+00:00",
            "reason": "The feed shouts",
        }
    }
    assert event.feed_values == {"title": "Python Night"}
    [(_, _, before, after)] = entries(event)
    assert (before["title"], before["locks"]) == ("Python Night", None)
    assert after["title"] == "Python night"


def test_undoing_an_edit_unlocks(tables):
    event = make.event()
    event.save()
    entry = event.edit(ADA, {"title": "Python night"})
    event.undo(entry, BOB)
    assert (stored(event).title, stored(event).locks) == ("Python Night", None)


def test_an_edit_of_a_listed_event_is_a_new_sequence_where_people_would_go_wrong(tables):
    event = make.event(source_type="submission")
    event.save()
    event.edit(ADA, {"title": "Other words"})
    assert stored(event).sequence == 0
    event.edit(BOB, {"location": "Elsewhere"})
    assert stored(event).sequence == 1


def test_a_group_appears_with_its_approval_and_goes_with_its_rejection(tables):
    group = make.group(status="pending")
    group.save()
    group.approve(ADA)
    assert [found.group_id for found in Group.active_and_approved()] == ["pythons"]
    group.edit(BOB, {"active": False})
    assert list(Group.active_and_approved()) == []
    assert Group.find("pythons").version == 3


def race(item_id, threads, decide):
    """Let threads decide at once on what each of them has read before; return how each ended."""
    outcomes = []
    ready = threading.Barrier(threads)

    def run(number):
        seen = Event.find(item_id)
        ready.wait()
        try:
            decide(seen, number)
        except Refused as refusal:
            outcomes.append(type(refusal).__name__)
        else:
            outcomes.append("won")

    workers = [threading.Thread(target=run, args=[number]) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return Counter(outcomes)


def test_of_twenty_who_decide_at_once_one_wins_and_nineteen_are_told(pending):
    def decide(event, number):
        act = Act(f"user:moderator-{number}", NOW)
        (event.approve if number % 2 else event.reject)(act)

    assert race(pending.event_id, 20, decide) == {"won": 1, "AlreadyDecided": 19}
    assert len(entries(pending)) == 1


def test_decisions_on_different_items_at_once_all_succeed(tables):
    """All of them write the calendar's version: a conflict there is nobody's business."""
    events = [submission(title=f"Event {number}") for number in range(12)]
    for event in events:
        event.save()
    before = CalendarVersion.current()
    workers = [threading.Thread(target=event.approve, args=[ADA]) for event in events]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {stored(event).status for event in events} == {"approved"}
    assert CalendarVersion.current() == before + 12


def test_a_month_counts_what_staff_did(pending):
    pending.approve(ADA)
    pending.reject(BOB)
    pending.change("resubmitted", Act("submitter", NOW), {"status": "pending"})
    [tally] = Tally.all()
    assert (tally.sort, tally.approved, tally.rejected) == ("2026-09#event", 1, 1)


def test_history_does_not_hold_who_submitted(pending):
    event = submission(title="Private", submitted_by="kim@example.org")
    event.submit(Act("submitter", NOW))
    Event.find(event.event_id).approve(ADA)
    for entry in History.of(f"event#{event.event_id}"):
        assert "kim@example.org" not in str(entry.attribute_values)
