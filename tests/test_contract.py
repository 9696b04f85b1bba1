"""What the product asks of DynamoDB, as it asks it.

Runs against the embedded engine, and against any engine whose address CONTRACT_ENDPOINT_URL holds.
"""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from pynamodb.exceptions import TransactWriteError, UpdateError

from collector.models import Feed, FeedRead, Overlay, Run, Series
from dctech.dynamodb import Table, lost_race, transaction
from dctech.models import History
from dctech.tables import ensure
from events.models import EVERYWHERE, Category, Event, StaleEvent
from groups.models import Group
from tests import make
from tests.make import NOW, TOMORROW_EVENING, WALL

pytestmark = pytest.mark.usefixtures("tables")

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def listed(*states):
    return [
        event.title for event in Event.upcoming(WALL, 28, states or ["DC", "MD", "VA", EVERYWHERE])
    ]


def test_every_table_is_as_its_model_says():
    assert list(ensure()) == []
    assert list(ensure(make=False)) == []
    assert len(Table.models()) == 5


def test_an_event_comes_back_as_it_was_stored():
    event = make.event(
        title="Café ☕ <b>",
        description="",
        description_html="<p>…</p>",
        categories=["ai", "data"],
        geo=[38.9, -77.03],
        sessions=[{"start": "2026-09-02T10:00:00", "end": None}],
        also_published_by=[{"group_id": "b", "group_name": "B", "group_website": "", "url": ""}],
        locks={"title": {"value": "X", "by": "import", "at": "2026-09-01", "reason": None}},
        recurrence_id="20260902T223000Z",
        all_day=False,
        hidden=False,
    )
    event.create()
    found = Event.find(event.event_id)
    assert found.attribute_values == event.attribute_values


def test_an_event_is_created_once():
    make.event().create()
    with pytest.raises(StaleEvent):
        make.event().create()


def test_find_is_none_for_what_is_not_there():
    assert Event.find("nothing") is None


def test_revise_sets_removes_and_counts_the_version():
    event = make.event(cost="Free")
    event.create()
    event.revise({"title": "Ruby Night", "cost": None}, now=NOW + HOUR)
    found = Event.find(event.event_id)
    assert (found.title, found.cost, found.version, found.updated_at) == (
        "Ruby Night",
        None,
        2,
        NOW + HOUR,
    )


def test_revise_refuses_what_somebody_else_revised():
    make.event().create()
    [first, second] = [Event.find(make.event().event_id) for _ in range(2)]
    first.revise({"title": "First"}, now=NOW)
    with pytest.raises(StaleEvent):
        second.revise({"title": "Second"}, now=NOW)
    assert Event.find(first.event_id).title == "First"


def test_revise_does_not_bring_back_what_was_deleted():
    event = make.event()
    event.create()
    event.delete()
    with pytest.raises(StaleEvent):
        event.revise({"title": "Ghost"}, now=NOW)
    assert Event.find(event.event_id) is None


def test_revise_works_on_what_an_index_projects():
    make.event(description="Long").create()
    [event] = Event.of_group("pythons")
    assert event.description is None
    event.revise({"title": "Ruby Night"}, now=NOW)
    assert Event.find(event.event_id).description == "Long"


def test_one_of_twenty_simultaneous_revisions_wins():
    make.event().create()
    copies = [Event.find(make.event().event_id) for _ in range(20)]

    def revise(number):
        try:
            copies[number].revise({"title": f"Night {number}"}, now=NOW)
        except StaleEvent:
            return None
        return f"Night {number}"

    with ThreadPoolExecutor(20) as pool:
        winners = [title for title in pool.map(revise, range(20)) if title]
    assert winners == [Event.find(copies[0].event_id).title]


def test_move_takes_everything_along():
    event = make.event(description="Long", cost="Free")
    event.create()
    later = TOMORROW_EVENING + 7 * DAY
    Event.find(event.event_id).move(
        {"start_datetime": later, "end_datetime": later + HOUR}, now=NOW
    )
    [found] = Event.query(event.event_id)
    assert (found.start_datetime, found.description, found.cost) == (later, "Long", "Free")
    assert (found.created_at, found.status, found.version) == (NOW, "approved", 2)
    assert [e.start_datetime for e in Event.of_group("pythons")] == [later]


def test_move_refuses_what_was_revised_meanwhile_and_leaves_no_half():
    event = make.event()
    event.create()
    copy = Event.find(event.event_id)
    Event.find(event.event_id).revise({"title": "Ruby Night"}, now=NOW)
    with pytest.raises(StaleEvent):
        copy.move({"start_datetime": TOMORROW_EVENING + DAY}, now=NOW)
    [found] = Event.query(event.event_id)
    assert (found.title, found.start_datetime) == ("Ruby Night", TOMORROW_EVENING)


def test_move_refuses_a_key_that_is_taken():
    make.event(event_id="same").create()
    make.event(event_id="same", start=TOMORROW_EVENING + DAY).create()
    first = Event.get("same", TOMORROW_EVENING)
    with pytest.raises(StaleEvent):
        first.move({"start_datetime": TOMORROW_EVENING + DAY}, now=NOW)
    assert len(list(Event.query("same"))) == 2


def test_a_moved_event_moves_once_for_two_who_saw_it():
    event = make.event()
    event.create()
    copies = [Event.find(event.event_id) for _ in range(8)]

    def move(number):
        start = TOMORROW_EVENING + (number + 1) * DAY
        try:
            copies[number].move({"start_datetime": start}, now=NOW)
        except StaleEvent:
            return None
        return start

    with ThreadPoolExecutor(8) as pool:
        winners = [start for start in pool.map(move, range(8)) if start]
    assert winners == [found.start_datetime for found in Event.query(event.event_id)]


def test_seen_makes_no_new_version_and_nothing_new():
    event = make.event(last_seen_date=dt.date(2026, 8, 31))
    event.create()
    event.seen(NOW.date(), now=NOW)
    found = Event.find(event.event_id)
    assert (found.last_seen_date, found.version) == (NOW.date(), 1)
    found.delete()
    with pytest.raises(StaleEvent):
        event.seen(NOW.date(), now=NOW)
    assert Event.find(event.event_id) is None


def test_upcoming_holds_what_is_listed_from_now_on_in_order():
    make.event("Later", TOMORROW_EVENING + DAY).create()
    make.event("Soon").create()
    make.event("Virtual", location_type="virtual").create()
    make.event("Elsewhere unknown", region=None, start=TOMORROW_EVENING + 2 * DAY).create()
    make.event("Over", WALL - 3 * HOUR, 1).create()
    make.event("Still runs", WALL - 3 * DAY, 24 * 5).create()
    make.event("Just begun, no length", WALL, 0).create()
    make.event("After four weeks", WALL + 28 * DAY).create()
    make.event("Pending", status="pending").create()
    make.event("Rejected", status="rejected").create()
    make.event("Withdrawn", withdrawn_at=NOW).create()
    make.event("Hidden", hidden=True).create()
    make.event("Merged", duplicate_of="x").create()
    assert listed() == [
        "Still runs",
        "Just begun, no length",
        "Soon",
        "Virtual",
        "Later",
        "Elsewhere unknown",
    ]
    assert listed("VA") == ["Still runs", "Just begun, no length", "Soon", "Later"]
    assert listed("DC") == []


def test_an_event_leaves_and_joins_the_sparse_index():
    event = make.event()
    event.create()
    assert listed() == ["Python Night"]
    event.revise({"withdrawn_at": NOW, "state": None}, now=NOW)
    assert listed() == []
    Event.find(event.event_id).revise({"withdrawn_at": None, "state": "VA"}, now=NOW)
    assert listed() == ["Python Night"]


def test_lists_carry_no_description():
    make.event(description="Long", submitted_by="private@example.org").create()
    [event] = Event.upcoming(WALL, 28, ["VA"])
    assert (event.description, event.submitted_by) == (None, None)


def test_of_group_holds_everything_of_the_group_since():
    make.event("Over", WALL - 3 * DAY).create()
    make.event("Rejected", status="rejected", locks={"a": {"value": 1}}).create()
    make.event("Another's", group_id="others").create()
    assert [event.title for event in Event.of_group("pythons")] == ["Over", "Rejected"]
    [event] = Event.of_group("pythons", since=WALL)
    assert (event.title, event.status, event.locks, event.version) == (
        "Rejected",
        "rejected",
        {"a": {"value": 1}},
        1,
    )


def test_a_queue_is_read_page_by_page_oldest_first():
    for number in range(7):
        make.event(
            f"Event {number}", status="pending", submitted_at=NOW + number * HOUR, group_id=None
        ).create()
    make.event("Decided").create()
    titles, cursor = [], None
    for _ in range(3):
        page = Event.by_status.query("pending", limit=3, last_evaluated_key=cursor)
        titles.append([event.title for event in page])
        cursor = page.last_evaluated_key
    assert titles == [
        ["Event 0", "Event 1", "Event 2"],
        ["Event 3", "Event 4", "Event 5"],
        ["Event 6"],
    ]
    assert cursor is None


def test_a_filter_that_empties_whole_pages_still_reaches_the_end():
    for number in range(25):
        make.event(f"Event {number:02}", location="Hall 24" if number == 24 else "Hall").create()
    found = Event.by_group.query(
        "pythons", filter_condition=Event.location == "Hall 24", page_size=3
    )
    assert [event.title for event in found] == ["Event 24"]


def test_a_query_goes_on_past_one_megabyte():
    for number in range(30):
        History.entry(
            "event#big", "changed", now=NOW + number * HOUR, by="import", before="x" * 60_000
        ).save()
    entries = list(History.of("event#big"))
    assert [entry.at for entry in entries] == [NOW + n * HOUR for n in reversed(range(30))]


def test_groups_that_are_active_and_approved_by_name():
    make.group("zebra").save()
    make.group("apes", ical=None).save()
    make.group("asleep", active=False).save()
    make.group("new", status="pending").save()
    make.group("no", status="rejected").save()
    assert [group.group_id for group in Group.active_and_approved()] == ["apes", "zebra"]
    assert [group.group_id for group in Group.with_feeds()] == ["zebra"]
    assert [group.group_id for group in Group.by_status.query("pending")] == ["new"]


def test_a_group_falls_out_of_the_index_when_it_sleeps():
    group = make.group()
    group.save()
    group.active = False
    group.mark_activity()
    group.save()
    assert list(Group.active_and_approved()) == []


@pytest.mark.parametrize("suppress", [None, True, ["https://example.org/a"]])
def test_a_group_keeps_its_rules(suppress):
    make.group(suppress_urls=suppress, skip_phrases=["AFTER PARTY"]).save()
    [group] = Group.active_and_approved()
    assert (group.suppress_urls, group.skip_phrases) == (suppress, ["AFTER PARTY"])


def test_what_is_private_of_a_group_is_not_in_the_public_index():
    make.group(submitted_by="private@example.org", imported={"text": "private"}).save()
    [group] = Group.active_and_approved()
    assert (group.submitted_by, group.imported) == (None, None)


def test_categories_are_one_query_by_name():
    for slug, name in (("b", "alpha"), ("a", "Beta")):
        Category("category", slug, name=name).save()
    assert [category.name for category in Category.all()] == ["alpha", "Beta"]


def test_history_is_newest_first_and_a_repeated_record_is_one():
    for hours in (0, 1, 1):
        History.entry(
            "event#1", "moved", now=NOW + hours * HOUR, by="feed:x", before={"a": 1}, suffix="v2"
        ).save()
    History.entry("event#2", "moved", now=NOW, by="feed:x").save()
    assert [entry.at for entry in History.of("event#1")] == [NOW + HOUR, NOW]


def test_a_lease_has_one_holder_until_it_ends():
    feed, rival = Feed.of("pythons"), Feed.of("pythons")
    assert feed.lease("one", NOW, 60)
    assert feed.lease("one", NOW, 60)
    assert not rival.lease("two", NOW, 60)
    assert rival.lease("two", NOW + dt.timedelta(seconds=61), 60)
    feed.occurrences = 5
    assert not feed.release("one")
    assert rival.release("two")
    assert (Feed.of("pythons").lease_owner, Feed.of("pythons").occurrences) == (None, None)


def test_a_lease_brings_what_the_last_holder_stored():
    first, second = Feed.of("pythons"), Feed.of("pythons")
    assert first.lease("one", NOW, 60)
    first.etag = '"5"'
    assert first.release("one")
    assert second.lease("two", NOW, 60)
    assert second.etag == '"5"'


def test_one_of_twelve_simultaneous_leases_is_given():
    feeds = [Feed.of("pythons") for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        given = list(pool.map(lambda n: feeds[n].lease(str(n), NOW, 60), range(12)))
    assert given.count(True) == 1


def test_kinds_of_operation_do_not_mix():
    Feed("feeds", "pythons", etag="1").save()
    FeedRead("feed#pythons", NOW.isoformat(), run="r", outcome="ok", ttl=NOW).save()
    Run("runs", NOW.isoformat(), finished_at=NOW, counts={"ok": 1}, ttl=NOW).save()
    Overlay("overlays", "abc", fields={"hidden": True}).save()
    Series("series", "weekly", definition={"title": "Weekly"}).save()
    assert {name: feed.etag for name, feed in Feed.all().items()} == {"pythons": "1"}
    assert {name: o.fields for name, o in Overlay.all().items()} == {"abc": {"hidden": True}}
    assert [series.definition for series in Series.all()] == [{"title": "Weekly"}]
    [read] = FeedRead.query("feed#pythons")
    [run] = Run.query("runs")
    assert (read.outcome, run.counts, run.ttl) == ("ok", {"ok": 1}, NOW)


def test_an_overlay_is_bound_once():
    Overlay("overlays", "abc", fields={"hidden": True}).save()
    overlay = Overlay.all()["abc"]
    condition = Overlay.event_id.does_not_exist()
    overlay.update(actions=[Overlay.event_id.set("1")], condition=condition)
    with pytest.raises(UpdateError) as lost:
        Overlay.all()["abc"].update(actions=[Overlay.event_id.set("2")], condition=condition)
    assert lost_race(lost.value)
    assert Overlay.all()["abc"].event_id == "1"


def test_a_transaction_is_all_or_nothing():
    make.event("Taken").create()
    entry = History.entry("event#1", "approved", now=NOW, by="user:x")
    with pytest.raises(TransactWriteError) as lost, transaction() as write:  # noqa: PT012
        write.save(entry)
        write.save(make.event("Taken"), condition=Event.event_id.does_not_exist())
    assert lost_race(lost.value)
    assert list(History.of("event#1")) == []
    with transaction() as write:
        write.save(entry)
        write.save(make.event("Free"), condition=Event.event_id.does_not_exist())
    assert [record.action for record in History.of("event#1")] == ["approved"]


def test_other_faults_of_a_write_are_no_lost_race():
    with pytest.raises(TransactWriteError) as fault, transaction() as write:  # noqa: PT012
        write.save(make.event())
        write.delete(make.event())
    assert not lost_race(fault.value)
