"""What readers do with a page: read it elsewhere, print it, go by keyboard, or in dislike of motion."""

import datetime as dt

import pytest

from events.periods import Week
from tests import make
from tests.browser import cities
from tests.browser.walk import Visit, walk

START = dt.datetime(2036, 9, 3, 18, 30)
NOTES = "[...document.querySelectorAll('.local-time')].map((note) => note.textContent)"


def notes(site, event, *zones):
    """Return what readers in these zones find beside an event's time."""
    event.create()
    address = f"{site}/events/{event.event_id}/{event.slug}/"
    return [seen.probe for seen in walk([Visit(address, zone=zone, probe=NOTES) for zone in zones])]


@pytest.mark.usefixtures("tables")
class TestLocalTime:
    def test_a_reader_elsewhere_sees_their_own_time_too(self, site):
        found = notes(site, make.event(start=START), "Europe/Madrid", "Asia/Kolkata")
        assert [[" ".join(text.split()) for text in each] for each in found] == [
            ["(Thu, Sep 4, 12:30 – 2:30 AM GMT+2 in your time zone)"],  # noqa: RUF001
            ["(Thu, Sep 4, 4:00 – 6:00 AM GMT+5:30 in your time zone)"],  # noqa: RUF001
        ]

    def test_an_event_of_days_and_one_without_a_length_too(self, site):
        days = make.event("Hackathon", START, 46)
        start = make.event("Start", START, 0)
        found = [notes(site, event, "Europe/Madrid") for event in (days, start)]
        assert [" ".join(text.split()) for ((text,),) in found] == [
            "(Thu, Sep 4, 12:30 AM GMT+2 – Fri, Sep 5, 10:30 PM GMT+2 in your time zone)",  # noqa: RUF001
            "(Thu, Sep 4, 12:30 AM GMT+2 in your time zone)",
        ]

    def test_a_reader_in_a_zone_with_the_same_time_sees_no_note(self, site):
        assert notes(site, make.event(start=START), "America/New_York", "America/Toronto") == [
            [],
            [],
        ]

    def test_a_day_has_no_local_time(self, site):
        event = make.event(start=dt.datetime(2036, 9, 3), hours=24, all_day=True)
        assert notes(site, event, "Europe/Madrid") == [[]]


PRINTED = """({
  hidden: ["header.site nav", "footer.site nav", ".period", ".strip", ".skip"].filter((each) => {
    const found = document.querySelector(each);
    return found && found.checkVisibility();
  }),
  titles: [...document.querySelectorAll(".event h3 a")].filter((each) => each.checkVisibility()).length,
  ground: getComputedStyle(document.body).backgroundColor,
  text: getComputedStyle(document.body).color,
  sticky: getComputedStyle(document.querySelector(".day h2")).position,
})"""


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_week_prints_its_events_in_black_on_white(site, scheme):
    week = Week.around(cities.today() + 14 * cities.DAY)
    for days in (0, 3):
        start = dt.datetime.combine(week.first + days * cities.DAY, dt.time(18))
        make.event(f"Event {days}", start).create()
    paper = Visit(site + week.get_absolute_url(), 718, 1000, scheme, media="print", probe=PRINTED)
    (seen,) = walk([paper])
    assert seen.faults == {}
    assert seen.probe == {
        "hidden": [],
        "titles": 2,
        "ground": "rgb(255, 255, 255)",
        "text": "rgb(0, 0, 0)",
        "sticky": "static",
    }


@pytest.mark.usefixtures("tables")
def test_nothing_moves_for_those_who_dislike_it(site):
    probe = "[getComputedStyle(document.documentElement).scrollBehavior, document.getAnimations().length]"
    either = [
        Visit(f"{site}/", motion=motion, probe=probe) for motion in ("reduce", "no-preference")
    ]
    assert [seen.probe for seen in walk(either)] == [["auto", 0], ["smooth", 0]]


@pytest.mark.usefixtures("tables")
def test_the_first_key_leads_past_the_navigation(site):
    where = "document.activeElement.id || document.activeElement.getAttribute('href')"
    ways = [("Tab",), ("Tab", "Enter"), ("Tab", "Tab")]
    found = walk([Visit(f"{site}/about/", keys=keys, probe=where) for keys in ways])
    assert [seen.probe for seen in found] == ["#main", "main", "/"]


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("script", [True, False])
def test_the_way_to_a_filter_of_ones_own_opens_it(site, script):
    shown = "document.querySelector('.filter').open"
    addresses = [f"{site}/events/#filter", f"{site}/events/?region=VA"]
    make.event(start=dt.datetime.combine(cities.today() + cities.DAY, dt.time(18))).create()
    visits = [Visit(address, script=script, probe=shown) for address in addresses]
    assert [seen.probe for seen in walk(visits)] == [True, False]
