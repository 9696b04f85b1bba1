"""The live site's groups with real calendars for feeds: lists of titles and places that nobody made up."""

from events.periods import Month, Week
from tests.browser import cities
from tests.browser.walk import opposites, sources, validate, walk
from tests.conftest import empty_tables


def test_pages_of_real_events_are_right(site, shared):
    empty_tables()
    cities.real(shared)
    soon = cities.today() + 7 * cities.DAY
    addresses = [
        site + path
        for path in (
            "/",
            "/virtual/",
            "/events/",
            "/groups/",
            "/just-added/",
            "/locations/",
            "/search/?q=night",
            Week.around(soon).get_absolute_url(),
            Month.around(soon).get_absolute_url(),
        )
    ]
    visits = [visit for address in addresses for visit in opposites(address)]
    wrong = {
        (visit.address, str(visit)): seen.faults
        for visit, seen in zip(visits, walk(visits), strict=True)
        if seen.faults or seen.status != 200
    }
    assert wrong == {}
    assert validate(sources(addresses)) == {address: [] for address in addresses}
