"""Collections from real servers into real tables."""

import datetime as dt
import hashlib
import io
import json
import threading

import pytest
from django.core.management import CommandError, call_command

from collector.collect import collect
from collector.models import Feed, FeedRead, Overlay, Run, Series
from collector.sources import UnknownGroup
from dctech.models import CalendarVersion, History
from dctech.moderation import Act
from events.models import EVERYWHERE, Category, Event
from groups.models import Group
from tests import make
from tests.make import NOW
from tests.servers import (
    FeedServer,
    bomb,
    drip,
    html,
    ok,
    redirect,
    stall,
    status,
    truncated,
)

pytestmark = pytest.mark.usefixtures("tables")

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
EVENING = dt.datetime(2026, 9, 10, 22, 30, tzinfo=dt.UTC)  # 18:30 in New York


def vevent(uid="night", title="Python Night", start=EVENING, hours=2, **more):
    lines = {
        "UID": f"{uid}@example.org",
        "DTSTART": f"{start:%Y%m%dT%H%M%SZ}",
        "DTEND": f"{start + hours * HOUR:%Y%m%dT%H%M%SZ}",
        "SUMMARY": title,
        "LOCATION": "Town Hall\\, Arlington\\, VA",
        "URL": f"https://example.org/{uid}",
    } | {name.upper(): value for name, value in more.items()}
    body = "".join(f"{name}:{value}\r\n" for name, value in lines.items() if value is not None)
    return f"BEGIN:VEVENT\r\n{body}END:VEVENT\r\n"


def calendar(*events):
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


@pytest.fixture
def server(settings):
    with FeedServer() as server:
        settings.COLLECTOR_ALLOW_HOSTS = [server.host]
        settings.COLLECTOR_HOST_PAUSE = 0
        settings.COLLECTOR_HOST_CONCURRENCY = 8
        yield server


@pytest.fixture
def feed(server):
    """Answer /feed.ics, the feed of the group `pythons`, with these events."""
    make.group(ical=server.url("/feed.ics")).save()

    def answer(*events, **headers):
        server["/feed.ics"] = ok(calendar(*events), **headers)

    answer()
    return answer


def add_group(server, group_id, answer, **more):
    path = f"/{group_id}.ics"
    server[path] = answer
    make.group(group_id, ical=server.url(path), **more).save()


def stored(group_id="pythons"):
    """Return the group's events, whole, by start."""
    return [Event.find(event.event_id) for event in Event.of_group(group_id)]


def listed():
    states = ["DC", "MD", "VA", EVERYWHERE]
    return [event.title for event in Event.upcoming(make.WALL, 60, states)]


def changes(report):
    kinds = ("new", "changed", "moved", "cancelled", "withdrawn", "restored", "crossposted", "seen")
    return {name: report.counts[name] for name in kinds if report.counts[name]}


def history(event):
    return [entry.action for entry in History.of(f"event#{event.event_id}")]


def test_what_a_feed_has_is_on_the_calendar(feed):
    feed(vevent(description="Bring a laptop."), vevent("maps", "Maps", EVENING + DAY))
    report = collect(NOW)
    assert changes(report) == {"new": 2}
    [night, maps] = stored()
    assert (night.title, night.start_datetime, night.end_datetime) == (
        "Python Night",
        dt.datetime(2026, 9, 10, 18, 30),
        dt.datetime(2026, 9, 10, 20, 30),
    )
    assert (night.city, night.region, night.state) == ("Arlington", "VA", "VA")
    assert (night.status, night.source_type, night.group_name) == ("approved", "ical", "Pythons")
    assert (night.description, night.url) == ("Bring a laptop.", "https://example.org/night")
    assert (night.created_at, night.last_seen_date) == (NOW, NOW.date())
    assert maps.title == "Maps"
    assert listed() == ["Python Night", "Maps"]
    assert CalendarVersion.current() == 1


def test_a_second_run_of_the_day_writes_nothing_but_its_record(feed):
    feed(vevent())
    collect(NOW)
    report = collect(NOW + HOUR)
    assert (report.outcomes, report.counts, report.writes) == ({"unchanged": 1}, {}, 1)


def test_the_runs_record_counts_feeds_and_changes(feed, server):
    """An event that is as it was is no feed that is."""
    feed(vevent(), vevent("maps", "Maps", EVENING + DAY))
    add_group(server, "bees", ok(calendar()))
    collect(NOW)
    feed(vevent(), vevent("maps", "Maps and Pies", EVENING + DAY))
    collect(NOW + HOUR, clock=lambda: NOW.timestamp() + 7_200)
    run = Run.newest()
    assert run.counts == {"ok": 1, "unchanged": 1, "changed": 1}
    assert (run.failures, run.units[1] > 1) == (None, True)


def test_later_the_same_day_only_changes_are_asked_for(feed, server):
    feed(vevent(), etag='"1"')
    collect(NOW)
    collect(NOW + HOUR)
    collect(NOW + DAY)
    asked = [seen.headers.get("if-none-match") for seen in server.seen]
    assert asked == [None, '"1"', None]


def test_a_later_run_writes_only_what_changed(feed):
    feed(*(vevent(str(n), f"Night {n}", EVENING + n * DAY) for n in range(10)))
    collect(NOW)
    feed(*(vevent(str(n), f"Night {n}{'!' * (n == 3)}", EVENING + n * DAY) for n in range(10)))
    report = collect(NOW + HOUR)
    assert changes(report) == {"changed": 1}
    assert report.counts["unchanged"] == 9
    # the event, its history, the feed's lease, its state, the calendar's version, the record of the read and of the run
    assert report.writes == 7


def test_the_first_run_of_a_day_notes_once_what_was_seen(feed):
    feed(vevent())
    collect(NOW)
    assert changes(collect(NOW + DAY)) == {"seen": 1}
    [event] = stored()
    assert (event.last_seen_date, event.changed_at, event.version) == (NOW.date() + DAY, NOW, 1)
    assert changes(collect(NOW + DAY + HOUR)) == {}


def test_new_weeks_come_into_view_although_the_feed_is_the_same(feed):
    feed(vevent("weekly", rrule="FREQ=WEEKLY"), etag='"same"')
    first = changes(collect(NOW))["new"]
    later = collect(NOW + 7 * DAY)
    assert changes(later) == {"new": 1, "seen": first}


def test_a_moved_event_keeps_its_address_and_says_where_it_was(feed):
    feed(vevent())
    collect(NOW)
    [before] = stored()
    feed(vevent(start=EVENING + DAY))
    assert changes(collect(NOW + HOUR)) == {"moved": 1}
    [after] = stored()
    assert after.event_id == before.event_id
    assert after.start_datetime == before.start_datetime + DAY
    assert (after.previous_start, after.sequence) == (before.start_datetime, before.sequence + 1)
    assert (after.created_at, after.changed_at) == (NOW, NOW + HOUR)
    [entry] = History.of(f"event#{after.event_id}")
    assert (entry.action, entry.by) == ("moved", "feed:pythons")
    assert (entry.before, entry.after) == (
        {"start_datetime": "2026-09-10T18:30:00"},
        {"start_datetime": "2026-09-11T18:30:00"},
    )


def test_an_event_may_move_away_and_another_take_its_time(feed):
    feed(vevent())
    collect(NOW)
    feed(vevent(start=EVENING + 7 * DAY), vevent("night2", url="https://example.org/night"))
    assert changes(collect(NOW + HOUR)) == {"moved": 1, "new": 1}
    feed(vevent(start=EVENING + 7 * DAY), vevent("night2", url="https://example.org/night"))
    assert changes(collect(NOW + HOUR, force=True)) == {}
    assert len({event.event_id for event in stored()}) == 2


def test_a_cancelled_event_stays_and_is_marked(feed):
    feed(vevent())
    collect(NOW)
    feed(vevent(status="CANCELLED", sequence="3"))
    assert changes(collect(NOW + HOUR)) == {"cancelled": 1}
    [event] = stored()
    assert (event.cancelled, event.state) == (True, "VA")
    assert listed() == ["Python Night"]
    assert history(event) == ["cancelled"]


def test_a_vanished_event_leaves_after_a_day_and_comes_back(feed):
    feed(vevent(), vevent("maps", "Maps"))
    collect(NOW)
    feed(vevent("maps", "Maps"))
    assert changes(collect(NOW + DAY)) == {"seen": 1}
    assert sorted(listed()) == ["Maps", "Python Night"]
    assert changes(collect(NOW + 2 * DAY)) == {"seen": 1, "withdrawn": 1}
    assert listed() == ["Maps"]
    feed(vevent(), vevent("maps", "Maps"))
    assert changes(collect(NOW + 2 * DAY + HOUR)) == {"restored": 1}
    assert sorted(listed()) == ["Maps", "Python Night"]
    [night] = [event for event in stored() if event.title == "Python Night"]
    assert history(night) == ["restored", "withdrawn"]


def test_an_outage_hides_nothing(feed, server):
    feed(vevent())
    collect(NOW)
    server["/feed.ics"] = status(404)
    for day in range(1, 6):
        report = collect(NOW + day * DAY)
        assert report.outcomes == {"failed": 1}
    assert Feed.of("pythons").failures == 5
    feed()
    assert changes(collect(NOW + 6 * DAY)) == {}  # missing for the first time
    assert listed() == ["Python Night"]
    assert changes(collect(NOW + 7 * DAY)) == {"withdrawn": 1}
    assert Feed.of("pythons").failures == 0


def test_nothing_vanishes_on_its_own_day(feed):
    feed(vevent(start=NOW + 7 * DAY))
    collect(NOW)
    feed()
    collect(NOW + 6 * DAY)
    collect(NOW + 7 * DAY)
    assert changes(collect(NOW + 8 * DAY)) == {}
    [event] = stored()
    assert event.withdrawn_at is None


def test_a_truncated_calendar_takes_nothing_off(feed, server):
    feed(vevent(), vevent("maps", "Maps"))
    collect(NOW)
    whole = calendar(vevent(), vevent("maps", "Maps"))
    server["/feed.ics"] = ok(whole[: whole.index(b"END:VEVENT") + 40])
    for day in (1, 2, 3):
        collect(NOW + day * DAY)
    assert sorted(listed()) == ["Maps", "Python Night"]


def test_what_people_decided_stays(feed):
    feed(vevent())
    collect(NOW)
    [event] = stored()
    event.revise({"status": "rejected", "state": None}, now=NOW)
    feed(vevent(title="PYTHON NIGHT!!!", start=EVENING + HOUR))
    assert changes(collect(NOW + HOUR)) == {"moved": 1}
    [event] = stored()
    assert (event.status, event.state, event.title) == ("rejected", None, "PYTHON NIGHT!!!")
    assert listed() == []


def test_a_locked_field_survives_three_collections(feed):
    feed(vevent())
    collect(NOW)
    [event] = stored()
    lock = {"value": "Python Nite", "by": "user:a", "at": NOW.isoformat(), "reason": "their word"}
    event.revise({"locks": {"title": lock}, "title": "Python Nite"}, now=NOW)
    for hour, title in enumerate(("A", "B", "C"), start=1):
        feed(vevent(title=title, description=f"About {title}"))
        collect(NOW + hour * HOUR)
    [event] = stored()
    assert (event.title, event.feed_values, event.description) == (
        "Python Nite",
        {"title": "C"},
        "About C",
    )
    event.revise({"locks": None}, now=NOW)
    collect(NOW + DAY)
    assert stored()[0].title == "C"


def test_two_groups_announce_one_event(server):
    add_group(server, "apes", ok(calendar(vevent("a", url="https://lu.ma/x?utm_source=apes"))))
    add_group(server, "bees", ok(calendar(vevent("b", url="https://luma.com/x"))))
    report = collect(NOW)
    assert changes(report) == {"new": 1, "crossposted": 1}
    events = [*stored("apes"), *stored("bees")]
    [event] = events
    other = {"apes": "Bees", "bees": "Apes"}[event.group_id]
    assert [o["group_name"] for o in event.also_published_by] == [other]
    assert changes(collect(NOW + HOUR, force=True)) == {}


def test_a_cross_post_is_taken_back_with_its_announcement(server):
    add_group(server, "apes", ok(calendar(vevent("a", url="https://lu.ma/x"))))
    collect(NOW)
    add_group(server, "bees", ok(calendar(vevent("b", url="https://lu.ma/x"))))
    collect(NOW + HOUR)
    server["/bees.ics"] = ok(calendar())
    collect(NOW + 2 * HOUR)
    [event] = stored("apes")
    assert event.also_published_by is None


def test_an_event_that_another_group_still_announces_stays(server):
    add_group(server, "apes", ok(calendar(vevent("a", url="https://lu.ma/x"))))
    collect(NOW)
    add_group(server, "bees", ok(calendar(vevent("b", url="https://lu.ma/x"))))
    server["/apes.ics"] = ok(calendar())
    for day in range(1, 5):
        collect(NOW + day * DAY)
    assert listed() == ["Python Night"]


def test_a_submitted_event_that_a_feed_announces_too_is_one(server):
    night = make.event(
        start=dt.datetime(2026, 9, 10, 18, 30), source_type="submission", group_id=None, uid=None
    )
    night.create()
    url = "https://example.org/python-night"
    add_group(server, "apes", ok(calendar(vevent(url=url))))
    assert changes(collect(NOW)) == {"crossposted": 1}
    server["/apes.ics"] = ok(calendar())
    for day in range(1, 4):
        collect(NOW + day * DAY)
    assert listed() == ["Python Night"]


@pytest.mark.parametrize("status", ["pending", "rejected"])
@pytest.mark.parametrize("more", [{"group_id": None}, {"group_id": "bees"}])
@pytest.mark.parametrize("stable", [True, False])
def test_what_is_not_approved_keeps_nobodys_event_off_the_calendar(server, status, more, stable):
    source = {"source_type": "submission"} if more["group_id"] is None else {}
    other = make.event(
        start=dt.datetime(2026, 9, 10, 18, 30), status=status, uid="theirs", **source, **more
    )
    other.create()
    url = other.url
    add_group(server, "apes", ok(calendar(vevent("a", url=url))), suppress_guid=not stable)
    assert changes(collect(NOW)) == {"new": 1}
    assert listed() == ["Python Night"]
    server["/apes.ics"] = ok(calendar(vevent("a" if stable else "another", url=url)))
    for day in range(1, 4):
        collect(NOW + day * DAY)
    [event] = stored("apes")
    assert (event.listed, event.status) == (True, "approved")
    assert Event.find(other.event_id).status == status


def test_a_cross_post_of_what_was_withdrawn_is_the_groups_own_event(server):
    night = make.event(
        start=dt.datetime(2026, 9, 10, 18, 30), source_type="submission", group_id=None, uid=None
    )
    night.create()
    add_group(server, "apes", ok(calendar(vevent(url=night.url))))
    collect(NOW)
    Event.find(night.event_id).reject(Act("submitter", NOW))
    assert listed() == []
    assert changes(collect(NOW + HOUR, force=True))["new"] == 1
    assert listed() == ["Python Night"]
    assert changes(collect(NOW + 2 * HOUR, force=True)) == {}


def test_a_rejected_event_of_the_same_feed_stays_rejected(feed):
    feed(vevent())
    collect(NOW)
    stored()[0].reject(Act("user:ada", NOW))
    for day in range(1, 4):
        collect(NOW + day * DAY, force=True)
    assert [event.status for event in stored()] == ["rejected"]


def test_a_cross_posted_event_that_moves_stays_one(server):
    def both(start):
        server["/apes.ics"] = ok(calendar(vevent("a", start=start, url="https://lu.ma/x")))
        server["/bees.ics"] = ok(calendar(vevent("b", start=start, url="https://lu.ma/x")))

    both(EVENING)
    add_group(server, "apes", server.answers["/apes.ics"])
    add_group(server, "bees", server.answers["/bees.ics"])
    collect(NOW)
    both(EVENING + DAY)
    assert changes(collect(NOW + HOUR)) == {"moved": 1}
    assert listed() == ["Python Night"]
    both(EVENING + 2 * DAY)
    for hour, name in enumerate(("bees", "apes"), start=2):  # whichever is read first
        collect(NOW + hour * HOUR, group_ids=[name])
    [event] = [*stored("apes"), *stored("bees")]
    assert event.start_datetime == dt.datetime(2026, 9, 12, 18, 30)
    assert len(event.also_published_by) == 1


def test_a_cross_post_that_says_cancelled_keeps_nothing_alive(server):
    add_group(server, "apes", ok(calendar(vevent("a", url="https://lu.ma/x"))))
    collect(NOW)
    add_group(server, "bees", ok(calendar(vevent("b", url="https://lu.ma/x", status="CANCELLED"))))
    server["/apes.ics"] = ok(calendar())
    for day in range(1, 4):
        collect(NOW + day * DAY)
    assert listed() == []


def test_the_passing_of_time_takes_no_cross_post_back(server):
    start = NOW + 6 * HOUR
    add_group(server, "apes", ok(calendar(vevent("a", start=start, url="https://lu.ma/x"))))
    collect(NOW)
    add_group(server, "bees", ok(calendar(vevent("b", start=start, url="https://lu.ma/x"))))
    collect(NOW + HOUR)
    collect(NOW + 2 * DAY)
    [event] = stored("apes")
    assert [o["group_name"] for o in event.also_published_by] == ["Bees"]
    assert event.changed_at == NOW + HOUR


def test_a_twin_may_take_the_time_an_event_has_moved_from_within_the_day(feed):
    feed(vevent())
    collect(NOW)
    feed(vevent(start=EVENING + HOUR), vevent("twin", url="https://example.org/night"))
    assert changes(collect(NOW + HOUR)) == {"moved": 1, "new": 1}
    assert [event.also_published_by for event in stored()] == [None, None]


def test_reading_part_of_a_calendar_is_no_earlier_read(feed, server):
    whole = calendar(vevent(), vevent("maps", "Maps"))
    feed(vevent(), vevent("maps", "Maps"))
    collect(NOW)
    server["/feed.ics"] = ok(whole[: whole.index(b"END:VEVENT") + 12])
    collect(NOW + DAY)
    collect(NOW + 2 * DAY)
    feed(vevent())
    assert changes(collect(NOW + 3 * DAY)) == {"seen": 1}
    assert changes(collect(NOW + 4 * DAY)) == {"seen": 1, "withdrawn": 1}


def test_an_event_whose_properties_broke_is_not_taken_off(feed):
    feed(vevent(), vevent("maps", "Maps"))
    collect(NOW)
    feed(vevent(dtstart="soon"), vevent("maps", "Maps"))
    for day in range(1, 5):
        collect(NOW + day * DAY)
    assert sorted(listed()) == ["Maps", "Python Night"]


def test_oversized_properties_stop_nobody(server):
    huge = "x" * 450_000
    add_group(
        server, "apes", ok(calendar(vevent("a" + huge, location=huge, url="https://e.org/" + huge)))
    )
    add_group(server, "bees", ok(calendar(vevent("b", description=huge, summary=huge))))
    add_group(server, "cats", ok(calendar(vevent("c", url=None))), website="http://[oops")
    add_group(server, "dogs", ok(calendar(vevent("d"))), timezone="Mars/Phobos")
    report = collect(NOW)
    assert report.outcomes == {"ok": 3, "failed": 1}
    [failed] = [feed for feed in report.feeds if feed.outcome == "failed"]
    assert failed.reason.startswith("unknown-timezone: ")
    assert changes(report) == {"new": 3}
    assert changes(collect(NOW + HOUR, force=True)) == {}


def test_a_page_shared_by_a_series_speaks_of_its_own_day_alone(server):
    page = b"""<script type="application/ld+json">{"@type": "Event", "name": "x",
        "startDate": "2026-09-17T18:30", "eventStatus": "EventCancelled"}</script>"""
    server["/page"] = ok(page)
    weekly = vevent(url=server.url("/page"), rrule="FREQ=WEEKLY;COUNT=3")
    add_group(server, "apes", ok(calendar(weekly)), scan_for_metadata=True)
    collect(NOW)
    assert [event.cancelled for event in stored("apes")] == [False, True, False]


def test_another_retention_reaches_what_is_stored(feed, settings):
    feed(vevent())
    collect(NOW)
    settings.EVENT_RETENTION_DAYS = 30
    collect(NOW + DAY)
    [event] = stored()
    assert event.ttl == dt.datetime(2026, 10, 11, 0, 30, tzinfo=dt.UTC)
    settings.EVENT_RETENTION_DAYS = 0
    collect(NOW + 2 * DAY)
    assert stored()[0].ttl is None


def test_a_run_that_was_killed_before_its_change_leaves_one_record_of_it(feed):
    feed(vevent())
    collect(NOW)
    [event] = stored()
    History.entry(f"event#{event.event_id}", "moved", now=NOW + HOUR, by="x", suffix="v2").save()
    feed(vevent(start=EVENING + DAY))
    collect(NOW + 2 * HOUR)
    assert [entry.at for entry in History.of(f"event#{event.event_id}")] == [NOW + 2 * HOUR]


def test_overlays_wait_for_their_event_and_become_locks(feed):
    def old_name(title):
        text = f"2026-09-10-18:30-{title}-https://example.org/{title.lower()}"
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    chess, copy, original = old_name("Chess"), old_name("Copy"), old_name("Original")
    Overlay("overlays", chess, fields={"title": "Chess Club"}, reason="shorter").save()
    Overlay("overlays", copy, fields={"duplicate_of": original}).save()
    Overlay("overlays", original).save()
    feed(vevent("chess", "Chess"), vevent("copy", "Copy"), vevent("original", "Original"))
    collect(NOW)
    collect(NOW + DAY)
    assert sorted(listed()) == ["Chess Club", "Original"]
    by_title = {event.title: event for event in stored()}
    assert by_title["Chess Club"].locks["title"]["reason"] == "shorter"
    assert by_title["Copy"].duplicate_of == by_title["Original"].event_id
    assert {o.event_id for o in Overlay.all().values()} == {e.event_id for e in stored()}


def test_a_page_that_says_cancelled_is_believed_once_a_day(server, settings):
    page = b'<script type="application/ld+json">{"@type": "Event", "name": "x", "eventStatus": "%s"}</script>'
    server["/page"] = [
        ok(page % b"EventScheduled"),
        ok(page % b"https://schema.org/EventCancelled"),
    ]
    feed = calendar(vevent(url=server.url("/page")))
    add_group(server, "apes", ok(feed), scan_for_metadata=True)
    collect(NOW)
    collect(NOW + HOUR, force=True)
    assert server.hits("/page") == 1
    assert [event.cancelled for event in stored("apes")] == [False]
    assert changes(collect(NOW + DAY)) == {"cancelled": 1}
    assert [event.cancelled for event in stored("apes")] == [True]


def test_categories_of_a_feed_that_are_ours_are_kept(feed):
    Category("category", "cloud", name="Cloud").save()
    feed(vevent(categories="CLOUD,Meetup"))
    collect(NOW)
    assert [event.categories for event in stored()] == [["cloud"]]


def test_a_changed_rule_of_the_group_is_a_reason_to_read_again(feed):
    feed(vevent())
    collect(NOW)
    group = Group.get("pythons")
    group.categories = ["social"]
    group.save()
    assert changes(collect(NOW + HOUR)) == {"changed": 1}
    assert [event.categories for event in stored()] == [["social"]]


def test_a_series_without_a_feed_is_put_ninety_days_ahead():
    definition = {
        "title": "Open Tuesdays",
        "date": "2026-05-05",
        "time": "09:00",
        "url": "https://example.org/tuesdays",
        "location": "7950 Jones Branch Drive, McLean, VA 22102",
        "cost": "Free",
        "description": "Line one\nline two; and, three",
        "categories": ["social"],
        "rrule": "FREQ=WEEKLY;BYDAY=TU",
    }
    Series("series", "tuesdays", definition=definition).save()
    assert changes(collect(NOW)) == {"new": 13}
    found = [Event.find(event.event_id) for event in Event.by_status.query("approved")]
    event = min(found, key=lambda event: event.start_datetime)
    assert (event.title, event.source_type, event.group_id) == (
        "Open Tuesdays",
        "single_event",
        None,
    )
    assert (event.start_datetime, event.region) == (dt.datetime(2026, 9, 1, 9), "VA")
    assert (event.cost, event.categories) == ("Free", ["social"])
    assert event.description == definition["description"]
    assert changes(collect(NOW + DAY)) == {}
    event.delete()
    assert changes(collect(NOW + 7 * DAY)) == {"new": 1}
    # a run that was killed before it noted how far it had come
    Series.all()[0].update(actions=[Series.expanded_until.remove()])
    again = collect(NOW + 7 * DAY)
    assert (changes(again), again.writes) == ({}, 2)
    assert {found.also_published_by for found in Event.by_status.query("approved")} == {None}


def test_a_rehearsal_writes_nothing_and_says_what_it_would(feed):
    feed(vevent())
    report = collect(NOW, dry_run=True)
    assert (changes(report), report.writes) == ({"new": 1}, 0)
    assert (stored(), list(Feed.all()), list(Run.query("runs"))) == ([], [], [])
    collect(NOW)
    feed(vevent(start=EVENING + DAY), vevent("maps", "Maps"))
    report = collect(NOW + HOUR, dry_run=True)
    assert (changes(report), report.writes) == ({"moved": 1, "new": 1}, 0)
    assert [event.start_datetime for event in stored()] == [dt.datetime(2026, 9, 10, 18, 30)]


BAD = {
    "error": (status(500), "http-500"),
    "lost": (status(404), "http-404"),
    "silent": (stall(), "timeout"),
    "slow": (drip(calendar(vevent()) * 50), "deadline"),
    "cut": (truncated(calendar(vevent())), "truncated"),
    "bomb": (bomb(), "too-large"),
    "page": (html(), "html"),
    "empty": (ok(b""), "empty"),
    "inward": (redirect("http://127.0.0.1:1/"), "private-address"),
    "metadata": (redirect("http://169.254.169.254/latest/"), "private-address"),
}


def test_each_bad_feed_is_named_and_the_good_ones_come_in(server, settings):
    settings.COLLECTOR_READ_TIMEOUT = 0.2
    settings.COLLECTOR_DEADLINE = 6  # more than three attempts that time out take
    for name, (answer, _) in BAD.items():
        add_group(server, name, answer)
    for name in ("good", "better"):
        add_group(server, name, ok(calendar(vevent(name, name))))
    report = collect(NOW)
    failed = {f.group_id: f.reason.partition(":")[0] for f in report.feeds if f.outcome == "failed"}
    assert failed == {name: kind for name, (_, kind) in BAD.items()}
    assert sorted(listed()) == ["better", "good"]
    assert not report.all_failed
    [run] = Run.query("runs")
    assert run.failures.keys() == BAD.keys()
    for name, (_, kind) in BAD.items():
        [read] = FeedRead.query(f"feed#{name}")
        assert (read.outcome, Feed.of(name).failures) == (kind, 1)


def test_two_runs_at_once_double_nothing(server):
    definition = {"title": "Open Tuesdays", "date": "2026-05-05", "rrule": "FREQ=WEEKLY"}
    Series("series", "tuesdays", definition=definition).save()
    for n in range(6):
        events = [vevent(f"{n}-{k}", f"Event {n} {k}", EVENING + k * DAY) for k in range(20)]
        add_group(server, f"group{n}", ok(calendar(*events)))
    reports = []
    threads = [threading.Thread(target=lambda: reports.append(collect(NOW))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == 3
    assert len(listed()) == 120 + 9  # Tuesdays within sixty days
    assert sum(report.counts["new"] for report in reports) == 120 + 13
    assert len({event.event_id for n in range(6) for event in stored(f"group{n}")}) == 120


def test_a_feed_that_another_collection_holds_is_left_to_it(feed):
    feed(vevent())
    Feed.of("pythons").lease("another", dt.datetime.now(dt.UTC), 60)
    report = collect(NOW)
    assert (report.outcomes, stored()) == ({"busy": 1}, [])


def test_a_lease_that_ended_is_taken_over(feed):
    feed(vevent())
    Feed.of("pythons").lease("another", dt.datetime.now(dt.UTC) - HOUR, 60)
    assert changes(collect(NOW)) == {"new": 1}


def test_groups_can_be_collected_by_name(server):
    add_group(server, "apes", ok(calendar(vevent("a", "A"))))
    add_group(server, "bees", ok(calendar(vevent("b", "B"))))
    collect(NOW, group_ids=["bees"])
    assert listed() == ["B"]
    with pytest.raises(UnknownGroup, match="cats"):
        collect(NOW, group_ids=["cats"])


def test_sleeping_pending_and_rejected_groups_are_not_read(server):
    for name, more in {
        "asleep": {"active": False},
        "pending": {"status": "pending"},
        "rejected": {"status": "rejected"},
    }.items():
        add_group(server, name, ok(calendar(vevent())), **more)
    assert collect(NOW).feeds == []
    assert server.seen == []


def run_command(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command(
        "collect_feeds", "--now", NOW.isoformat(), *arguments, stdout=out, stderr=err, no_color=True
    )
    return out.getvalue()


def test_the_command_ends_with_a_table(server):
    add_group(server, "apes", ok(calendar(vevent())))
    add_group(server, "bees", status(404))
    lines = run_command().splitlines()
    assert lines[-6].startswith("  failed  Bees (bees): http-404: ")
    assert lines[-5:] == [
        "Feeds     1 ok, 1 failed",
        "Events    1 new",
        "Left out  none",
        "Problems  0",
        "Writes    8",
    ]


def test_the_command_gives_json(server):
    add_group(server, "apes", ok(calendar(vevent())))
    report = json.loads(run_command("--json"))
    assert (report["outcomes"], report["counts"]) == ({"ok": 1}, {"new": 1})
    assert report["feeds"][0]["changes"][0][2] == "Python Night"


def test_the_command_fails_when_all_feeds_do(server):
    add_group(server, "bees", status(404))
    with pytest.raises(CommandError, match="All 1 feeds failed") as failed:
        run_command()
    assert failed.value.returncode == 1


def test_the_command_refuses_a_group_that_is_not_there(server):
    with pytest.raises(CommandError, match="cats") as refused:
        run_command("--group", "cats")
    assert refused.value.returncode == 2


def test_groups_can_come_from_a_live_sites_folder(server, settings, tmp_path):
    (tmp_path / "_groups").mkdir()
    server["/apes.ics"] = ok(calendar(vevent()))
    for name, active in (("apes", "true"), ("asleep", "false")):
        (tmp_path / "_groups" / f"{name}.yaml").write_text(
            f"name: {name.title()}\nactive: {active}\nwebsite: https://apes.example.org/\n"
            f"ical: {server.url('/apes.ics')}\ncategories:\n- social\n"
        )
    settings.FEED_SOURCE = f"yaml:{tmp_path}"
    assert changes(collect(NOW)) == {"new": 1}
    [event] = stored("apes")
    assert (event.group_name, event.categories) == ("Apes", ["social"])


@pytest.mark.parametrize("source", ["s3", "yaml:", "yaml:/nowhere"])
def test_another_source_of_groups_is_a_clear_error(server, settings, source):
    settings.FEED_SOURCE = source
    with pytest.raises(CommandError, match=r"FEED_SOURCE|/nowhere") as refused:
        run_command()
    assert refused.value.returncode == 2


def test_an_end_of_the_world_is_no_end_of_the_run(server):
    for name, end in {"apes": "99991231T000000Z", "bees": "20991231T000000Z"}.items():
        add_group(server, name, ok(calendar(vevent(name, name, dtend=end))))
    assert changes(collect(NOW)) == {"new": 2}
    assert [event.end_datetime.year for event in (*stored("apes"), *stored("bees"))] == [2027, 2027]


def test_a_fault_of_ours_costs_one_feed_and_fails_the_run(server, monkeypatch):
    add_group(server, "apes", ok(calendar(vevent("a"))))
    add_group(server, "bees", ok(calendar(vevent("b", "Poison"))))
    whole = Event.expiry

    def expiry(event):
        if event.title == "Poison":
            raise ZeroDivisionError
        return whole(event)

    monkeypatch.setattr(Event, "expiry", expiry)
    with pytest.raises(CommandError, match="fault of ours") as failed:
        run_command()
    assert failed.value.returncode == 1
    assert listed() == ["Python Night"]
    monkeypatch.undo()
    assert changes(collect(NOW)) == {"new": 1}  # its lease has been given up


def test_a_feed_gives_its_next_events_up_to_a_limit(feed, settings):
    settings.COLLECTOR_MAX_EVENTS = 3
    events = [vevent(str(n), f"Night {n}", EVENING + n * DAY) for n in range(5)]
    feed(*events)
    report = collect(NOW)
    assert (changes(report), report.counts["beyond the limit"]) == ({"new": 3}, 2)
    assert listed() == ["Night 0", "Night 1", "Night 2"]


def test_control_characters_and_misleading_links_stay_out(feed):
    feed(
        vevent(
            summary="Py\x1b[31mthon \u202eNight",
            description="a\x00b\x07c",
            url="https://bank.example@evil.example/",
        )
    )
    collect(NOW)
    [event] = stored()
    assert (event.title, event.description) == ("Py[31mthon Night", "abc")
    assert event.url == "https://pythons.example.org/"
