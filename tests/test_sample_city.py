"""The made-up city, as `make run` shows it."""

import pytest

from collector import sample_city
from collector.collect import collect
from events.filters import Filter
from events.models import Event
from tests.make import NOW, WALL

pytestmark = pytest.mark.usefixtures("tables")


def test_some_events_are_free_and_some_have_a_price():
    for item in [*sample_city.categories(), *sample_city.groups(NOW)]:
        item.save()
    collect(NOW, clock=NOW.timestamp)
    coming = Event.upcoming(WALL, 60, Filter().states)
    assert {event.cost for event in coming} == {
        None,
        "Free",
        "10 USD",
        "5 to 15 USD",
        "25 to 60 USD",
    }
    assert {event.title for event in coming if event.is_free} == {
        "Maps from Open Data",
        "Packaging Clinic",
        "Repair Weekend",
        "Webinar: Accessible Forms",
    }
    assert collect(NOW, clock=NOW.timestamp).outcomes == {"unchanged": len(sample_city.GROUPS)}
