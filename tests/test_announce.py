"""From what a calendar says to what the site would show."""

import dataclasses
import datetime as dt
import hashlib
from zoneinfo import ZoneInfo

import pytest

from collector.announce import Site, announce, canonical_url, feed_hash
from collector.ical import Occurrence
from collector.webpage import EventPage
from tests import make

NEW_YORK = ZoneInfo("America/New_York")
SITE = Site(NEW_YORK, ["DC", "MD", "VA"], {"ai": "ai", "data & ai": "ai", "cloud": "cloud"})


def occurrence(**more):
    values = {
        "uid": "1@example.org",
        "recurrence_id": "",
        "sequence": 0,
        "start": dt.datetime(2026, 9, 2, 18, 30, tzinfo=NEW_YORK),
        "end": dt.datetime(2026, 9, 2, 20, 30, tzinfo=NEW_YORK),
        "all_day": False,
        "timezone": "America/New_York",
        "summary": "Python Night",
        "description": "",
        "description_html": "",
        "location": "Town Hall, Arlington, VA",
        "url": "https://example.org/night",
        "source_url": "https://example.org/night",
        "status": "",
        "categories": (),
        "organizer": "",
        "geo": None,
        "last_modified": None,
    }
    return Occurrence(**(values | more))


def one(group=None, pages=None, **more):
    [announcement], left_out = announce([occurrence(**more)], group or make.group(), SITE, pages)
    assert not left_out
    return announcement


def none(group=None, pages=None, **more):
    announced, left_out = announce([occurrence(**more)], group or make.group(), SITE, pages)
    assert announced == []
    return dict(left_out)


def test_times_are_wall_times_of_the_site():
    start = dt.datetime(2026, 9, 2, 22, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    end = dt.datetime(2026, 9, 3, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    announcement = one(start=start, end=end, timezone="Europe/Berlin")
    assert announcement.start == dt.datetime(2026, 9, 2, 16, 30)
    assert announcement.end == dt.datetime(2026, 9, 2, 18, 30)
    assert announcement.timezone == "Europe/Berlin"
    assert one().timezone == ""


def test_an_all_day_event_keeps_its_dates():
    announcement = one(
        start=dt.date(2026, 9, 2), end=dt.date(2026, 9, 4), all_day=True, timezone=""
    )
    assert (announcement.start, announcement.end, announcement.all_day) == (
        dt.datetime(2026, 9, 2),
        dt.datetime(2026, 9, 4),
        True,
    )


def test_real_midnight_is_not_all_day():
    midnight = dt.datetime(2026, 9, 2, tzinfo=NEW_YORK)
    assert one(start=midnight, end=midnight + dt.timedelta(hours=1)).all_day is False


def test_the_place_is_found_in_the_location():
    announcement = one()
    assert (announcement.city, announcement.region, announcement.location_type) == (
        "Arlington",
        "VA",
        "in_person",
    )


def test_a_clear_other_state_is_left_out_and_counted():
    assert none(location="100 Main Street, Denver, CO 80202") == {"elsewhere": 1}


@pytest.mark.parametrize("location", ["", "To be announced", "Online", "The usual place"])
def test_an_unclear_place_is_kept(location):
    assert one(location=location).region == ""


def test_an_event_without_a_link_leads_to_the_groups_page():
    nowhere = {"url": "", "source_url": ""}
    assert (
        one(make.group(fallback_url="https://lu.ma/pythons"), **nowhere).url
        == "https://lu.ma/pythons"
    )
    assert one(make.group(), **nowhere).url == "https://pythons.example.org/"


def test_suppressed_addresses_are_left_out_however_they_are_written():
    group = make.group(suppress_urls=["https://www.Example.org/night/?utm_source=x"])
    assert none(group) == {"suppressed": 1}
    assert one(group, url="https://example.org/other").url == "https://example.org/other"


def test_suppressed_links_lead_to_the_group_instead():
    group = make.group(suppress_urls=True, fallback_url="https://lu.ma/pythons")
    assert one(group).url == "https://lu.ma/pythons"


def test_skip_phrases_are_looked_for_in_titles_whatever_the_case():
    group = make.group(skip_phrases=["COMMUNITY TUESDAYS"])
    assert none(group, summary="Community Tuesdays at the Hub") == {"skipped": 1}
    assert one(group, summary="Community Wednesdays").title == "Community Wednesdays"


def test_a_title_is_one_line_and_never_empty():
    assert one(summary="Python \n  Night").title == "Python Night"
    assert one(summary=" ").title == "Pythons event"
    assert len(one(summary="x" * 5000).title) == 300


def test_categories_are_the_groups_and_those_of_the_feed_that_are_ours():
    group = make.group(categories=["social"])
    assert one(group, categories=("Data & AI", "CLOUD", "Meetup")).categories == (
        "social",
        "ai",
        "cloud",
    )
    assert one(group).categories == ("social",)


URL = "https://example.org/night"


def test_a_page_that_says_cancelled_knows_better():
    pages = {URL: EventPage(status="CANCELLED")}
    assert one(pages=pages, status="CONFIRMED").event_status == "CANCELLED"
    assert one(pages={URL: EventPage()}, status="CANCELLED").event_status == "CANCELLED"


def test_a_page_tells_place_kind_and_cost():
    page = EventPage(location_type="hybrid", location="Hub, Reston, VA", is_free=True)
    announcement = one(pages={URL: page}, location="")
    assert (announcement.location, announcement.region) == ("Hub, Reston, VA", "VA")
    assert (announcement.location_type, announcement.cost) == ("hybrid", "Free")
    assert one(pages={URL: EventPage(status="MOVED_ONLINE")}).location_type == "virtual"
    assert one(pages={URL: EventPage(price="10 USD")}).cost == "10 USD"


def test_a_page_does_not_overrule_the_place_in_the_feed():
    assert one(pages={URL: EventPage(location="Elsewhere")}).location == "Town Hall, Arlington, VA"


@pytest.mark.parametrize(
    "same",
    [
        "https://EXAMPLE.org/a?b=1",
        "https://www.example.org/a/?b=1",
        "https://example.org/a?b=1#top",
        "https://example.org/a?b=1&utm_source=x&fbclid=y",
    ],
)
def test_one_page_has_one_address(same):
    assert canonical_url(same) == canonical_url("https://example.org/a?b=1")


def test_another_page_is_another():
    assert canonical_url("https://example.org/a?b=1") != canonical_url("https://example.org/a?b=2")
    assert canonical_url("https://example.org/A") != canonical_url("https://example.org/a")
    assert canonical_url("https://lu.ma/x") == canonical_url("https://luma.com/x")


def test_the_same_event_of_two_groups_has_one_id():
    one_id = make.announcement(url="https://lu.ma/x", uid="1").event_id()
    assert (
        one_id
        == make.announcement(
            url="https://luma.com/x?utm_source=b", uid="2", group_id="b"
        ).event_id()
    )
    assert one_id != make.announcement("Other", url="https://luma.com/x").event_id()


def md5(text):
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def test_the_old_sites_names_of_an_event():
    hashes = one().legacy_hashes
    assert md5("2026-09-02-18:30-Python Night-https://example.org/night") in hashes
    assert md5("2026-09-02-18:30-Python Night") in hashes


def test_the_old_site_took_midnight_for_all_day_and_links_from_descriptions_and_groups():
    midnight = dt.datetime(2026, 9, 2, tzinfo=NEW_YORK)
    hashes = one(start=midnight, end=midnight, url="", source_url="").legacy_hashes
    assert md5("2026-09-02--Python Night-https://pythons.example.org/") in hashes
    described = one(
        url="", source_url="", description="See https://example.org/x now"
    ).legacy_hashes
    assert md5("2026-09-02-18:30-Python Night-https://example.org/x") in described


def test_the_old_site_took_titles_from_pages():
    hashes = one(pages={URL: EventPage(name="Python Night!")}).legacy_hashes
    assert md5("2026-09-02-18:30-Python Night!-https://example.org/night") in hashes


def test_the_hash_of_an_announcement_holds_all_that_is_shown():
    base = make.announcement()
    for name, value in {
        "title": "x",
        "description": "x",
        "location": "x",
        "event_status": "CANCELLED",
        "categories": ("x",),
        "group_name": "x",
        "end": base.end + dt.timedelta(hours=1),
    }.items():
        assert feed_hash(dataclasses.replace(base, **{name: value})) != feed_hash(base)
    assert feed_hash(dataclasses.replace(base, legacy_hashes=frozenset("x"))) == feed_hash(base)
    assert feed_hash(base, {"title": "x"}) != feed_hash(base)
