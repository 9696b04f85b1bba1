"""A calendar without groups, categories and events: what those who set it up see first."""

import pytest

from tests.browser.walk import opposites, sources, validate, walk

PAGES = [
    "/",
    "/virtual/",
    "/locations/",
    "/locations/va/",
    "/categories/",
    "/groups/",
    "/events/",
    "/search/",
    "/search/?q=python",
    "/just-added/",
    "/feeds/",
    "/embed/",
]


@pytest.mark.usefixtures("tables")
def test_an_empty_calendar_is_right(site):
    addresses = [site + path for path in PAGES]
    visits = [visit for address in addresses for visit in opposites(address)]
    wrong = {
        (visit.address, str(visit)): seen.faults
        for visit, seen in zip(visits, walk(visits), strict=True)
        if seen.faults or seen.status != 200
    }
    assert wrong == {}
    assert validate(sources(addresses)) == {address: [] for address in addresses}
