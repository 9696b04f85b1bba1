"""Every page of the sample city in a real browser, as eight readers see it; and as html-validate reads it."""

import pytest

from tests.browser import addresses, cities
from tests.browser.addresses import PAGES, SPANISH
from tests.browser.walk import opposites, readers, sources, validate, walk
from tests.conftest import empty_tables

LETTER = "/newsletter.html"
WITHOUT_LANDMARKS = {"landmark-one-main", "region"}
"""What axe misses in the newsletter: landmarks are for browsers, mail programs have none."""


@pytest.fixture(scope="module")
def found(site):
    """What is at each address, by its name in PAGES: (what is wrong with its HTML, [(visit, what was seen)])."""
    empty_tables()
    filled = addresses.fill(cities.today(), cities.sample())
    whole = {name: site + name.format(**filled) for name in PAGES}
    html = validate(sources(whole.values()))
    visits = {
        name: opposites(address) if name in SPANISH else readers(address)
        for name, address in whole.items()
    }
    seen = iter(walk([visit for each in visits.values() for visit in each]))
    return {
        name: (html[whole[name]], [(visit, next(seen)) for visit in each])
        for name, each in visits.items()
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_right_for_every_reader(found, name):
    _html, visits = found[name]
    assert {seen.status for _visit, seen in visits} == {PAGES[name]}
    faults = [
        (str(visit), kind, fault)
        for visit, seen in visits
        for kind, found_here in seen.faults.items()
        for fault in found_here
        if not (name == LETTER and kind == "axe" and fault["rule"] in WITHOUT_LANDMARKS)
    ]
    assert faults == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_valid_html(found, name):
    html, _visits = found[name]
    assert html == []
