"""The rules of identity, absence and change, without network or tables."""

import dataclasses
import datetime as dt

import pytest

from collector.announce import feed_hash
from collector.models import Overlay
from collector.reconcile import FeedRecord, is_absent, reconcile
from collector.revision import (
    Moment,
    Overlays,
    creation,
    crosspost,
    crosspost_taken_back,
    decisions,
    revision,
    withdrawal,
)
from tests import make
from tests.make import NOW, TOMORROW_EVENING, WALL

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MOMENT = Moment(NOW, WALL)
TODAY = MOMENT.today
NOTHING = Overlays()
RECORD = FeedRecord(window_end=TODAY + 180 * DAY, previous_success_date=TODAY - DAY)


def overlays_of(**overlays):
    """Return corrections by their hashes; None for the mere target of one."""
    return Overlays(
        {name: Overlay("overlays", name, fields=fields) for name, fields in overlays.items()}
    )


def stored(announcement=None, **more):
    """Return what a collection stored of an announcement, seen today."""
    event = creation(announcement or make.announcement(), MOMENT, NOTHING)
    for name, value in more.items():
        setattr(event, name, value)
    return event


def plan(events, announcements, record=RECORD, overlays=NOTHING, moment=MOMENT):
    return reconcile(events, announcements, record, moment, overlays)


def test_what_is_not_stored_is_new():
    announcement = make.announcement()
    assert plan([], [announcement]).new == [announcement]


def test_what_did_not_change_and_was_seen_today_needs_nothing():
    result = plan([stored()], [make.announcement()])
    assert (result.unchanged, result.new, result.revised, result.seen) == (1, [], [], [])


def test_what_did_not_change_is_seen_once_a_day():
    event = stored(last_seen_date=TODAY - DAY)
    assert plan([event], [make.announcement()]).seen == [event]


def test_a_changed_title_is_the_same_event_by_its_uid():
    event, announcement = stored(), make.announcement("Ruby Night")
    assert plan([event], [announcement]).revised == [(event, announcement)]


def test_a_moved_event_is_the_same_event_by_its_uid():
    event, announcement = stored(), make.announcement(start=TOMORROW_EVENING + 9 * DAY)
    assert plan([event], [announcement]).revised == [(event, announcement)]


def test_an_event_whose_uid_changed_is_known_by_its_content():
    event, announcement = stored(), make.announcement(uid="another")
    assert plan([event], [announcement]).revised == [(event, announcement)]


def test_uids_that_change_at_every_read_are_ignored():
    event = stored()
    record = dataclasses.replace(RECORD, stable_uids=False)
    announcement = make.announcement("Ruby Night")
    result = plan([event], [announcement], record)
    assert (result.new, result.revised) == ([announcement], [])


def test_occurrences_of_one_series_are_told_apart():
    occurrences = [
        make.announcement(start=TOMORROW_EVENING + n * 7 * DAY, recurrence_id=f"2026090{n}T223000Z")
        for n in range(3)
    ]
    events = [stored(a) for a in occurrences]
    later = dataclasses.replace(occurrences[1], start=occurrences[1].start + HOUR)
    result = plan(events, [occurrences[0], later, occurrences[2]])
    assert (result.unchanged, result.revised) == (2, [(events[1], later)])


def test_a_series_moved_as_a_whole_moves_each_occurrence_and_doubles_none():
    before = [
        make.announcement(
            start=TOMORROW_EVENING + n * 7 * DAY,
            recurrence_id=f"{TOMORROW_EVENING + n * 7 * DAY:%Y%m%d}T223000Z",
        )
        for n in range(4)
    ]
    after = [
        dataclasses.replace(a, start=a.start + DAY, recurrence_id=f"{a.start + DAY:%Y%m%d}T223000Z")
        for a in before
    ]
    events = [stored(a) for a in before]
    result = plan(events, after)
    assert result.revised == list(zip(events, after, strict=True))
    assert (result.new, result.absent) == ([], [])


def test_a_passed_occurrence_is_not_taken_for_a_new_one_of_its_week():
    passed = make.announcement(start=WALL - 1 * DAY, recurrence_id="20260831T160000Z")
    coming = make.announcement(start=WALL + 2 * DAY, recurrence_id="20260903T160000Z")
    result = plan([stored(passed)], [coming])
    assert (result.new, result.revised) == ([coming], [])


def test_two_announcements_with_one_content_are_one_event():
    twin = make.announcement(uid="twin")
    result = plan([], [make.announcement(), twin])
    assert (len(result.new), result.repeated) == (1, 1)


def test_an_event_that_moved_away_frees_its_old_time_for_another():
    event = stored()
    moved = make.announcement(start=TOMORROW_EVENING + 7 * DAY)
    newcomer = make.announcement(uid="newcomer")
    result = plan([event], [moved, newcomer])
    assert (result.revised, result.new, result.repeated) == ([(event, moved)], [newcomer], 0)
    assert newcomer.event_id() == event.event_id
    assert newcomer.event_id(with_uid=True) != event.event_id


def test_single_events_and_submissions_are_never_missing():
    event = stored(source_type="submission", last_seen_date=None)
    assert plan([event], []).absent == []


@pytest.mark.parametrize(
    ("last_seen", "previous_success", "absent"),
    [
        (0, -1, False),  # seen today, by an earlier run
        (-1, -1, False),  # missing for the first time: grace
        (-2, -1, True),  # missing yesterday as well
        (-6, -6, False),  # an outage of five days, and the first read after it
        (-6, -1, True),  # missing on the first day after the outage as well
        (-1, -6, False),
        (-3, None, False),  # the feed was never read before
    ],
)
def test_absence_is_measured_against_the_feeds_reads(last_seen, previous_success, absent):
    event = stored(last_seen_date=TODAY + last_seen * DAY)
    previous = None if previous_success is None else TODAY + previous_success * DAY
    record = dataclasses.replace(RECORD, previous_success_date=previous)
    assert plan([event], [], record).absent == ([event] if absent else [])


@pytest.mark.parametrize(
    ("start", "absent"),
    [
        (WALL - DAY, False),  # past: left to TTL
        (WALL + HOUR, False),  # nothing vanishes on its own day
        (WALL - 2 * HOUR, False),
        (WALL + DAY, True),
        (WALL + 179 * DAY, True),
        (WALL + 180 * DAY, False),  # beyond what was read
    ],
)
def test_only_future_events_within_what_was_read_can_be_missing(start, absent):
    event = stored(make.announcement(start=start), last_seen_date=TODAY - 5 * DAY)
    assert is_absent(event, RECORD, MOMENT) is absent


def test_a_calendar_that_was_cut_short_proves_no_absence():
    event = stored(last_seen_date=TODAY - 5 * DAY)
    assert plan([event], [], dataclasses.replace(RECORD, complete=False)).absent == []


@pytest.mark.parametrize("more", [{"withdrawn_at": NOW}, {"status": "rejected"}])
def test_what_the_public_does_not_see_cannot_vanish(more):
    event = stored(last_seen_date=TODAY - 5 * DAY, **more)
    assert plan([event], []).absent == []


def test_a_new_event_is_approved_and_listed():
    event = stored()
    assert (event.status, event.state, event.source_type) == ("approved", "VA", "ical")
    assert (event.created_at, event.changed_at, event.submitted_at) == (NOW, NOW, NOW)
    assert (event.last_seen_date, event.sequence) == (TODAY, 0)
    assert event.ttl == dt.datetime(
        2026, 9, 10, 0, 30, tzinfo=dt.UTC
    )  # 20:30 in New York, + 7 days


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"region": "DC"}, "DC"),
        ({"region": ""}, "ALL"),
        ({"region": "VA", "location_type": "hybrid"}, "VA"),
        ({"region": "VA", "location_type": "virtual"}, "ALL"),
        ({"region": "NY", "location_type": "hybrid"}, "ALL"),
    ],
)
def test_the_partition_of_the_public_lists(more, state):
    assert stored(make.announcement(**more)).state == state


def test_a_move_keeps_the_old_start_and_raises_the_sequence():
    later = TOMORROW_EVENING + DAY
    decided = revision(stored(), make.announcement(start=later), MOMENT, NOTHING)
    assert decided.what == "moved"
    assert decided.before == {"start_datetime": TOMORROW_EVENING}
    assert decided.fields["start_datetime"] == later
    assert decided.fields["previous_start"] == TOMORROW_EVENING
    assert decided.fields["sequence"] == 1
    assert decided.fields["changed_at"] == NOW
    assert "status" not in decided.fields


def test_a_new_description_is_a_change_that_nobody_is_told_of():
    decided = revision(stored(), make.announcement(description="New"), MOMENT, NOTHING)
    assert (decided.what, decided.before) == ("changed", {})
    assert decided.fields["description"] == "New"
    assert "sequence" not in decided.fields


def test_what_is_not_public_moves_no_date():
    decided = revision(stored(), make.announcement(uid="another"), MOMENT, NOTHING)
    assert decided.what == "unchanged"
    assert "changed_at" not in decided.fields
    assert decided.fields["uid"] == "another"


def test_a_cancelled_event_stays_listed_and_says_so():
    decided = revision(stored(), make.announcement(event_status="CANCELLED"), MOMENT, NOTHING)
    assert (decided.what, decided.before) == ("cancelled", {"event_status": None})
    assert decided.fields["sequence"] == 1
    assert "state" not in decided.fields


def test_a_withdrawn_event_comes_back_when_the_feed_lists_it_again():
    event = stored(withdrawn_at=NOW - DAY, state=None)
    announcement = make.announcement()
    assert plan([event], [announcement]).revised == [(event, announcement)]
    decided = revision(event, announcement, MOMENT, NOTHING)
    assert decided.what == "restored"
    assert (decided.fields["withdrawn_at"], decided.fields["state"]) == (None, "VA")


def test_a_withdrawal_takes_the_event_off_the_public_index():
    decided = withdrawal(stored(), MOMENT)
    assert decided.fields == {
        "withdrawn_at": NOW,
        "state": None,
        "changed_at": NOW,
        "sequence": 1,
    }


def test_a_rejected_event_stays_rejected_whatever_the_feed_says():
    event = stored(status="rejected", state=None)
    decided = revision(event, make.announcement("Ruby Night"), MOMENT, NOTHING)
    assert "status" not in decided.fields
    assert "state" not in decided.fields


LOCK = {"by": "user:x", "at": "2026-08-30T00:00:00+00:00", "reason": "typo"}


def test_a_locked_field_stays_and_the_feeds_word_is_kept_beside_it():
    event = stored(locks={"title": {"value": "Python Nite", **LOCK}}, title="Python Nite")
    announcement = make.announcement("Python NIGHT!!", description="New")
    decided = revision(event, announcement, MOMENT, NOTHING)
    assert "title" not in decided.fields
    assert decided.fields["description"] == "New"
    assert decided.fields["feed_values"] == {"title": "Python NIGHT!!"}


def test_an_unlocked_field_takes_the_feeds_word_again():
    locks = {"title": {"value": "Python Nite", **LOCK}}
    event = stored(locks=locks, title="Python Nite")
    event.feed_hash = feed_hash(make.announcement(), decisions(locks, NOTHING))
    assert plan([event], [make.announcement()]).unchanged == 1
    event.locks = None
    [(found, announcement)] = plan([event], [make.announcement()]).revised
    assert revision(found, announcement, MOMENT, NOTHING).fields["title"] == "Python Night"


def test_a_locked_place_decides_the_region():
    locks = {"location": {"value": "Central Library, Washington, DC", **LOCK}}
    decided = revision(stored(locks=locks), make.announcement(), MOMENT, NOTHING)
    assert (decided.fields["region"], decided.fields["state"]) == ("DC", "DC")


def test_a_locked_time_moves_the_event_within_its_day():
    locks = {"time": {"value": "07:00", **LOCK}}
    decided = revision(stored(locks=locks), make.announcement(), MOMENT, NOTHING)
    assert decided.fields["start_datetime"] == dt.datetime(2026, 9, 2, 7)
    assert decided.fields["end_datetime"] == dt.datetime(2026, 9, 2, 9)
    assert decided.fields["feed_values"] == {"time": "18:30"}


def test_an_overlay_becomes_locks_of_the_event_it_names():
    overlays = overlays_of(abc={"title": "Chess Club", "hidden": True})
    overlays.by_hash["abc"].reason = "said so"
    announcement = make.announcement(legacy_hashes=frozenset({"abc", "def"}))
    event = creation(announcement, MOMENT, overlays)
    assert (event.title, event.hidden, event.state) == ("Chess Club", True, None)
    assert event.locks["title"] == {
        "value": "Chess Club",
        "by": "import",
        "at": "2026-09-01T16:00:00+00:00",
        "reason": "said so",
    }
    assert event.event_id == make.announcement().event_id()


def test_an_overlay_binds_to_an_event_that_is_already_stored():
    overlays = overlays_of(abc={"title": "Chess Club"})
    event = stored()
    announcement = make.announcement(legacy_hashes=frozenset({"abc"}))
    assert plan([event], [announcement], overlays=overlays).revised == [(event, announcement)]
    assert revision(event, announcement, MOMENT, overlays).fields["title"] == "Chess Club"


def test_a_bound_overlay_binds_no_more():
    overlays = overlays_of(abc={"title": "Chess Club"})
    overlays.by_hash["abc"].event_id = "other"
    event = stored()
    announcement = make.announcement(legacy_hashes=frozenset({"abc"}))
    assert plan([event], [announcement], overlays=overlays).unchanged == 1


def test_a_duplicate_of_something_unknown_hides_nothing():
    overlays = overlays_of(abc={"duplicate_of": "target"}, target=None)
    announcement = make.announcement(legacy_hashes=frozenset({"abc"}))
    event = creation(announcement, MOMENT, overlays)
    assert (event.duplicate_of, event.state) == (None, "VA")
    overlays.by_hash["abc"].event_id = event.event_id
    overlays.by_hash["target"].event_id = "our-id"
    assert plan([event], [announcement], overlays=overlays).revised == [(event, announcement)]
    decided = revision(event, announcement, MOMENT, overlays)
    assert (decided.fields["duplicate_of"], decided.fields["state"]) == ("our-id", None)


def test_a_cross_post_is_noted_once_and_taken_back():
    event = stored()
    other = make.announcement(group_id="snakes", group_name="Snakes")
    noted = crosspost(event, other, MOMENT)
    assert [o["group_name"] for o in noted.fields["also_published_by"]] == ["Snakes"]
    event.also_published_by = noted.fields["also_published_by"]
    assert crosspost(event, other, MOMENT) is None
    taken_back = crosspost_taken_back(event, "snakes", MOMENT)
    assert taken_back.fields["also_published_by"] is None
    assert crosspost_taken_back(event, "others", MOMENT) is None


def test_what_is_over_keeps_those_who_announced_it():
    event = stored(make.announcement(start=WALL - DAY))
    event.also_published_by = [{"group_id": "snakes"}]
    assert crosspost_taken_back(event, "snakes", MOMENT) is None


def test_another_groups_announcement_brings_a_withdrawn_event_back():
    event = stored(withdrawn_at=NOW, state=None)
    noted = crosspost(event, make.announcement(group_id="snakes"), MOMENT)
    assert (noted.what, noted.fields["withdrawn_at"], noted.fields["state"]) == (
        "restored",
        None,
        "VA",
    )
    assert noted.fields["sequence"] == 1
    cancelled = make.announcement(group_id="snakes", event_status="CANCELLED")
    assert "withdrawn_at" not in crosspost(event, cancelled, MOMENT).fields


def test_a_known_cross_post_is_known_wherever_it_moves():
    announcement = make.announcement(start=TOMORROW_EVENING + DAY)
    record = dataclasses.replace(RECORD, crossposts={("python-night", ""): "their-id"})
    result = plan([], [announcement], record)
    assert (result.crossposted, result.new) == ([("their-id", announcement)], [])


def test_a_cancelled_event_that_is_dropped_stays_to_say_so():
    event = stored(event_status="CANCELLED", last_seen_date=TODAY - 5 * DAY)
    assert plan([event], []).absent == []


def test_an_event_that_could_not_be_read_is_not_missing():
    event = stored(last_seen_date=TODAY - 5 * DAY)
    record = dataclasses.replace(RECORD, broken_uids=frozenset({"python-night"}))
    assert plan([event], [], record).absent == []
    assert plan([event], []).absent == [event]


def test_other_regions_of_the_site_list_an_event_anew(settings):
    event = stored()
    settings.SITE_REGIONS = ["DC"]
    assert plan([event], [make.announcement()]).revised == [(event, make.announcement())]
    assert revision(event, make.announcement(), MOMENT, NOTHING).fields["state"] == "ALL"


def test_an_event_that_is_as_the_feed_says_needs_no_writing():
    assert revision(stored(), make.announcement(), MOMENT, NOTHING) is None
