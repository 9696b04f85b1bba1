"""Rows and days of lists are made once for each version of their events, and never say another's words."""

import datetime as dt

import pytest
from django.utils import translation

from events.templatetags.event_rows import Fragments, days, event_day, event_row, rows
from tests import make

DAY = make.TOMORROW_EVENING.date()
LATER = make.NOW + dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nothing_kept():
    rows.clear()
    days.clear()


def test_a_row_is_in_the_language_of_its_page():
    event = make.event(cost="Free")
    english = event_row(event, DAY)
    with translation.override("es"):
        spanish = event_row(event, DAY)
    assert ('href="/events/' in english, 'href="/es/events/' in english) == (True, False)
    assert ('href="/events/' in spanish, 'href="/es/events/' in spanish) == (False, True)
    assert event_row(event, DAY) == english


def test_a_day_is_in_the_language_of_its_page():
    events = [make.event()]
    english = event_day(DAY, events, DAY)
    with translation.override("es"):
        spanish = event_day(DAY, events, DAY)
    assert (f'href="/day/{DAY}/"' in english, f'href="/es/day/{DAY}/"' in spanish) == (True, True)
    assert event_day(DAY, events, DAY) == english


def test_a_change_of_one_event_is_seen_on_its_day():
    one, other = make.event("One"), make.event("Other")
    before = event_day(DAY, [one, other])
    other.title, other.changed_at = "Another", LATER
    after = event_day(DAY, [one, other])
    assert (">Other</a>" in before, ">Another</a>" in before) == (True, False)
    assert after == before.replace(">Other</a>", ">Another</a>").replace("/other/", "/another/")


def test_a_day_says_that_it_is_today_only_today():
    events = [make.event()]
    assert "Today" not in event_day(DAY, events, DAY - dt.timedelta(days=1))
    assert "Today" in event_day(DAY, events, DAY)


def test_what_began_earlier_is_another_row():
    event = make.event(hours=48)
    assert "Since Sep 2" not in event_row(event, DAY)
    assert "Since Sep 2" in event_row(event, DAY + dt.timedelta(days=1))


def test_the_least_lately_used_go_first():
    kept = Fragments("events/_event.html", 2)

    def title(event):
        return kept.get((event.title,), {"event": event, "day": DAY, "dated": False})

    one, two, three = (make.event(name) for name in ("One", "Two", "Three"))
    for event in (one, two, one, three):
        title(event)
    one.location = two.location = "Elsewhere"
    assert ("Elsewhere" in title(one), "Elsewhere" in title(two)) == (False, True)
