"""On which days lists have an event, and what they say of its times there."""

import datetime as dt

import pytest

from events.days import by_day, days_of, showing
from events.templatetags.event_rows import in_words
from tests import make
from tests.test_pages import now, page, titles

__all__ = ["now"]

pytestmark = pytest.mark.urls("dctech.urls")

HOUR = dt.timedelta(hours=1)


def november(day, hour=0):
    return dt.datetime(2036, 11, day, hour)


def conference(**more):
    sessions = [
        {"start": "2036-11-23T14:00:00", "end": "2036-11-23T18:00:00"},
        {"start": "2036-11-25T19:00:00", "end": "2036-11-25T20:30:00"},
        {"start": "2036-11-25T09:00:00", "end": "2036-11-25T17:00:00"},
    ]
    return make.event("Conference", november(23, 14), 54.5, sessions=sessions, **more)


NIGHTS = {
    "a night out": (november(23, 21), 5, [23]),
    "to midnight": (november(23, 21), 3, [23]),
    "to six": (november(23, 21), 9, [23, 24]),
    "twelve hours": (november(23, 17), 12, [23, 24]),
    "just short of twelve": (november(23, 18), 11, [23]),
    "two nights": (november(23, 21), 29, [23, 24, 25]),
    "without a length": (november(23, 21), 0, [23]),
    "before dawn": (november(23, 2), 2, [23]),
}


@pytest.mark.parametrize("name", NIGHTS)
def test_a_night_out_is_one_day(name):
    start, hours, days = NIGHTS[name]
    assert [day.day for day in days_of(make.event(name, start, hours))] == days


def test_an_all_day_event_is_on_each_of_its_days():
    assert [day.day for day in days_of(make.event("Fair", november(23), 48, all_day=True))] == [
        23,
        24,
    ]


@pytest.mark.parametrize(
    ("event", "day", "said", "until"),
    [
        (conference(), 23, "2 p.m. to 6 p.m.", 25),
        (conference(), 25, "9 a.m. to 5 p.m., 7 p.m. to 8:30 p.m.", None),
        (make.event("Talk", november(23, 18)), 23, "6 p.m. to 8 p.m.", None),
        (make.event("Party", november(23, 21), 5), 23, "9 p.m. to 2 a.m.", None),
        (make.event("Start", november(23, 18), 0), 23, "6 p.m.", None),
        (make.event("Hackathon", november(21, 18), 46), 21, "6 p.m.", 23),
        (make.event("Hackathon", november(21, 18), 46), 23, "Since Nov 21", 23),
        (make.event("Fair", november(23), 24, all_day=True), 23, "All day", None),
        (make.event("Fair", november(22), 48, all_day=True), 23, "Since Nov 22", 23),
    ],
)
def test_what_a_list_says_of_a_day(event, day, said, until):
    seen = showing(event, november(day).date())
    assert in_words(seen) == said
    assert (seen.until and seen.until.day) == until


def test_sessions_are_listed_by_their_own_days_and_times():
    others = [make.event("Noon", november(25, 12)), make.event("Since", november(22, 9), 100)]
    events = sorted([conference(), *others], key=lambda event: event.start_datetime)
    found = by_day(events, november(23).date(), november(30).date())
    assert [(day.day, [event.title for event in listed]) for day, listed in found] == [
        (23, ["Since", "Conference"]),
        (25, ["Conference", "Noon"]),
    ]


def test_what_runs_on_without_sessions_is_listed_today():
    late = make.event("Party", november(22, 21), 5)
    over = make.event(
        "Fair", november(20), 96, all_day=True, sessions=[{"start": "2036-11-21T09:00:00"}]
    )
    found = by_day([over, late], november(23).date(), november(30).date())
    assert [(day.day, [event.title for event in listed]) for day, listed in found] == [
        (23, ["Fair", "Party"])
    ]


@pytest.mark.usefixtures("tables")
class TestPages:
    def test_a_day_without_a_session_does_not_list_it(self, client):
        conference().create()
        shown = [page(client, f"/day/2036-11-{day}/") for day in (23, 24, 25)]
        assert list(map(titles, shown)) == [["Conference"], [], ["Conference"]]
        assert "0 events." in shown[1]
        assert "9 a.m." in shown[2]
        assert "Since Nov 23" not in shown[2]

    def test_a_week_lists_each_session_and_counts_one_event(self, client):
        conference(event_id="c").create()
        html = page(client, "/week/2036-W48/")
        assert titles(html) == ["Conference"]  # the 23rd is a Sunday
        month = page(client, "/2036/11/")
        assert titles(month) == ["Conference", "Conference"]
        assert "1 event." in month
        assert month.count('"position": 1') == 1
        assert '"position": 2' not in month

    def test_the_grid_of_a_month_goes_by_sessions(self, client):
        conference().create()
        make.event("Party", november(27, 21), 5).create()
        table = page(client, "/2036/11/").partition("<table")[2].partition("</table>")[0]
        days = [
            cell.partition('class="number">')[2].partition("<")[0]
            for cell in table.split("<td")
            if "<ul>" in cell
        ]
        assert days == ["23", "25", "27"]

    def test_a_night_out_is_on_no_second_day(self, client):
        make.event("Party", november(22, 21), 5).create()
        assert "to 2 a.m." in page(client, "/day/2036-11-22/")
        assert titles(page(client, "/day/2036-11-23/")) == []

    def test_a_groups_page_and_a_search_say_the_next_session(self, client, now):
        make.group().save()
        noon = now.replace(hour=12, minute=0, second=0)
        days = [noon - 24 * HOUR, noon + 48 * HOUR]
        sessions = [{"start": day.isoformat(), "end": (day + HOUR).isoformat()} for day in days]
        make.event("Course", days[0], 73, sessions=sessions).create()
        date = f'<span class="date">{days[1]:%a, %b} {days[1].day}</span>'
        for address in ("/groups/pythons/", "/search/?q=course"):
            html = page(client, address)
            assert (date in html, "1 p.m." in html) == (True, True)

    def test_who_announces_it_is_said_everywhere_but_on_the_groups_own_page(self, client, now):
        make.group().save()
        make.event("Night", now + 24 * HOUR).create()
        said = '<p class="who">Pythons</p>'
        addresses = ("/search/", "/", "/groups/pythons/")
        assert [said in page(client, address) for address in addresses] == [True, True, False]
