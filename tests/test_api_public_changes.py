"""Copies of the calendar that stay fresh by `updated_since`: what changed is named, and what has left."""

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from collector.collect import collect
from dctech.freshness import pages as kept
from dctech.models import CalendarVersion
from dctech.moderation import Act, Batch
from dctech.submissions.proposals import propose, waiting
from events.models import Event
from events.tombstones import Tombstone
from tests import make
from tests.test_api_public import ask, titles
from tests.test_collect import feed, server, vevent
from tests.test_pages import DAY, HOUR, now

__all__ = ["feed", "now", "server"]

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def moment():
    return timezone.now().replace(microsecond=0)


def since(moment, **ago):
    return f"{moment - dt.timedelta(**ago):%Y-%m-%dT%H:%M:%SZ}"


def gone(answer):
    assert all(each["status"] == "gone" for each in answer["gone"])
    return [each["event_id"] for each in answer["gone"]]


def stored(now, title="Python Night", **more):
    event = make.event(title, now + DAY, **more)
    event.save()
    return Event.find(event.event_id)


class Mirror:
    """A copy of the calendar, kept as docs/api.md says."""

    def __init__(self, client, **query):
        self.client, self.query = client, query
        self.events, self.since = {}, None

    def sync(self):
        kept.clear()
        query = {**self.query, "limit": 3}
        if self.since:
            query["updated_since"] = self.since
        answers = [ask(self.client, "/api/events", **query)]
        while answers[-1]["next"]:
            answers.append(ask(self.client, "/api/events", **query, cursor=answers[-1]["next"]))
        for answer in answers:
            for each in answer["gone"]:
                self.events.pop(each["event_id"], None)
            self.events |= {event["event_id"]: event for event in answer["events"]}
        assert len({answer["next_updated_since"] for answer in answers}) == 1
        self.since = answers[-1]["next_updated_since"]
        return sorted(event["title"] for event in self.events.values())


def test_only_what_changed_is_named(client, now, moment):
    stored(now, "Old", changed_at=moment - 3 * DAY)
    stored(now, "New", changed_at=moment - HOUR)
    answer = ask(client, "/api/events", updated_since=since(moment, days=1))
    assert (titles(answer), answer["gone"], answer["next"]) == (["New"], [], None)


def leave_by(event, act, how):
    if how == "rejected":
        event.reject(act)
    elif how == "deleted":
        event.remove(act)
    else:
        event.edit(act, {"hidden": True} if how == "hidden" else {"duplicate_of": "other"})


@pytest.mark.parametrize("how", ["rejected", "deleted", "hidden", "merged"])
def test_what_staff_take_off_the_calendar_is_named(client, now, moment, how):
    event = stored(now)
    leave_by(event, Act("user:ada", moment), how)
    answer = ask(client, "/api/events", updated_since=since(moment, hours=1))
    assert answer["events"] == []
    assert answer["gone"] == [
        {
            "event_id": event.event_id,
            "status": "gone",
            "updated_at": moment.isoformat().replace("+00:00", "Z"),
        }
    ]


def test_a_bulk_act_names_each(client, now, moment):
    events = [stored(now, f"Event {number}") for number in range(3)]
    act = Act("user:ada", moment)
    batch = Batch.begin("event", "rejected", [event.event_id for event in events], act)
    batch.run(moment, go_on=lambda: True)
    answer = ask(client, "/api/events", updated_since=since(moment, hours=1))
    assert sorted(gone(answer)) == sorted(event.event_id for event in events)


def test_what_was_never_listed_leaves_no_trace(client, now, moment):
    act = Act("user:ada", moment)
    stored(now, "Spam", status="pending").reject(act)
    stored(now, "Doubt", status="pending").remove(act)
    stored(now, "Hidden", hidden=True).edit(act, {"title": "Still hidden"})
    assert list(Tombstone.query("tombstones")) == []


def test_what_a_feed_leaves_out_is_named(feed):
    feed(vevent(), vevent("maps", "Maps"))
    collect(make.NOW)
    feed(vevent("maps", "Maps"))
    collect(make.NOW + DAY)
    assert list(Tombstone.query("tombstones")) == []
    collect(make.NOW + 2 * DAY)
    [night] = [event for event in Event.of_group("pythons") if not event.listed]
    [left] = Tombstone.query("tombstones")
    assert (left.event_id, left.changed_at) == (night.event_id, make.NOW + 2 * DAY)
    assert left.ttl == make.NOW + 32 * DAY
    assert left.attribute_values.keys() == {"partition", "sort", "changed_at", "ttl"}


def over_by(event, wall, act, how):
    """Let an event be over at `wall` already."""
    times = {"start_datetime": wall - 2 * HOUR, "end_datetime": wall - HOUR}
    if how == "edited":
        event.edit(act, times)
    elif how == "accepted":
        event.source_type = "submission"
        propose(event, Act("submitter", act.now), times, event.title)
        event.accept(act, waiting(event))
    else:
        event.edit(act, {"start_datetime": wall - 40 * DAY, "end_datetime": wall + 2 * DAY})


@pytest.mark.parametrize("how", ["edited", "accepted", "begun too long ago"])
def test_what_is_moved_into_the_past_leaves_copies_as_well(client, now, moment, how):
    event = stored(now)
    stored(now, "Stays")
    mirror = Mirror(client)
    assert mirror.sync() == ["Python Night", "Stays"]
    over_by(event, now, Act("user:ada", moment), how)
    assert mirror.sync() == ["Stays"]


def test_what_is_moved_to_an_earlier_end_is_gone_once_that_has_passed(client, now, moment):
    """A copy that asks in between hears of the new end; one that does not must not keep the old one."""
    event = stored(now)
    act = Act("user:ada", moment)
    event.edit(act, {"start_datetime": now + HOUR, "end_datetime": now + 2 * HOUR})
    hour_ago = since(moment, hours=1)
    answer = ask(client, "/api/events", updated_since=hour_ago)
    assert (titles(answer), answer["gone"]) == (["Python Night"], [])
    [left] = Tombstone.query("tombstones")
    assert left.over_at.astimezone(dt.UTC) == event.end_datetime.replace(
        tzinfo=settings.SITE_ZONE
    ).astimezone(dt.UTC)
    left.over_at = moment
    left.save()
    kept.clear()
    assert gone(ask(client, "/api/events", updated_since=hour_ago)) == [event.event_id]


def test_what_stays_as_long_or_was_over_leaves_no_trace(client, now, moment):
    act = Act("user:ada", moment)
    stored(now, "Renamed").edit(act, {"title": "Other"})
    stored(now, "Later").edit(act, {"end_datetime": now + 3 * DAY})
    stored(now - 3 * DAY, "Over").edit(act, {"start_datetime": now - 4 * DAY})
    assert list(Tombstone.query("tombstones")) == []


def test_what_a_feed_moves_into_the_past_is_named(feed):
    feed(vevent())
    collect(make.NOW)
    feed(vevent(start=make.NOW - 4 * HOUR))
    collect(make.NOW + HOUR)
    [night] = Event.of_group("pythons")
    [left] = Tombstone.query("tombstones")
    assert (left.event_id, left.changed_at) == (night.event_id, make.NOW + HOUR)
    assert left.over_at == make.NOW - 2 * HOUR
    assert left.has_left(make.NOW + HOUR)


def test_a_copy_stays_the_same_as_the_calendar(client, now, moment):
    """Every way off the calendar, and every way back."""
    events = [stored(now, f"Event {number}") for number in range(7)]
    mirror = Mirror(client)
    assert mirror.sync() == [f"Event {number}" for number in range(7)]
    act = Act("user:ada", moment)
    rejection = events[0].reject(act)
    deletion = events[1].remove(act)
    events[2].edit(act, {"hidden": True})
    events[3].edit(act, {"title": "Renamed"})
    events[4].edit(act, {"start_datetime": now + 3 * DAY, "end_datetime": now + 4 * DAY})
    assert mirror.sync() == ["Event 4", "Event 5", "Event 6", "Renamed"]
    later = Act("user:ada", moment + dt.timedelta(seconds=1))
    Event.find(events[0].event_id).undo(rejection, later)
    Event.revive(deletion, later)
    Event.find(events[2].event_id).edit(later, {"hidden": None})
    Event.find(events[6].event_id).remove(later)
    assert mirror.sync() == ["Event 0", "Event 1", "Event 2", "Event 4", "Event 5", "Renamed"]
    assert set(mirror.events) == {
        event["event_id"] for event in ask(client, "/api/events")["events"]
    }


def test_a_copy_of_a_filter_hears_of_what_matches_no_more(client, now, moment):
    here = stored(now, "Moves away")
    stored(now, "Stays")
    mirror = Mirror(client, state="VA")
    assert mirror.sync() == ["Moves away", "Stays"]
    here.edit(Act("user:ada", moment), {"region": "MD"})
    assert mirror.sync() == ["Stays"]


def test_many_departures_come_in_pages(client, now, moment):
    for number in range(5):
        Tombstone.of(f"{number:064x}", moment - dt.timedelta(minutes=number)).save()
    stored(now, "Changed", changed_at=moment)
    query = {"updated_since": since(moment, hours=1), "limit": 2}
    answers = [ask(client, "/api/events", **query)]
    while answers[-1]["next"]:
        answers.append(ask(client, "/api/events", **query, cursor=answers[-1]["next"]))
    assert [len(answer["gone"]) for answer in answers] == [2, 2, 1]
    assert [titles(answer) for answer in answers] == [[], [], ["Changed"]]


def test_the_next_sync_begins_before_this_one_did(client, moment):
    said = ask(client, "/api/events")["next_updated_since"]
    begun = dt.datetime.fromisoformat(said)
    assert dt.timedelta(minutes=15) <= timezone.now() - begun
    assert moment - begun < dt.timedelta(minutes=31)


def test_what_cannot_be_answered_says_what_to_do(client, moment):
    problem = ask(client, "/api/events", 422, updated_since=since(moment, days=31))
    assert "get all events anew" in problem["detail"]
    ask(client, "/api/events", updated_since=since(moment, days=29))
    dated = {"updated_since": since(moment, days=1), "start_date": "2026-09-01"}
    assert ask(client, "/api/events", 422, **dated)["errors"][0]["field"] == "updated_since"
    for text in (
        "yesterday",
        "2026-09-01",
        "2026-09-01T12:00:00",
        "1",
        "0001-01-01T00:00:00+14:00",
    ):
        ask(client, "/api/events", 422, updated_since=text)


def test_an_offset_may_be_written_as_it_is_read(client, now, moment):
    stored(now, "New", changed_at=moment)
    for text in (f"{moment:%Y-%m-%dT%H:%M:%S}+00:00", f"{moment:%Y-%m-%dT%H:%M:%SZ}"):
        assert titles(client.get(f"/api/events?updated_since={text}").json()) == ["New"]
    assert CalendarVersion.current() == 0
