"""Pages of a day, a week and a month, through the front."""

import datetime as dt
import re

import pytest

from events.periods import Day, Month, Week
from tests import make
from tests.test_pages import DAY, now, page, titles

__all__ = ["now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]


def test_a_week_over_the_year_end(client):
    make.event("Monday", dt.datetime(2036, 12, 29, 9)).create()
    make.event("Sunday late", dt.datetime(2037, 1, 4, 23, 30)).create()
    make.event("Monday after", dt.datetime(2037, 1, 5)).create()
    html = page(client, "/week/2037-W01/")
    assert titles(html) == ["Monday", "Sunday late"]
    assert "December 29 to January 4, 2037" in html
    assert 'rel="prev" href="/week/2036-W52/"' in html
    assert 'rel="next" href="/week/2037-W02/"' in html


def test_week_53(client):
    make.event("Last night", dt.datetime(2037, 1, 3, 19)).create()
    make.event("New year", dt.datetime(2044, 1, 1, 12)).create()
    assert titles(page(client, "/week/2043-W53/")) == ["New year"]
    page(client, "/week/2044-W53/", 404)


def test_a_month_has_a_grid_and_a_list(client):
    make.event("Fair", dt.datetime(2036, 9, 30), 48, all_day=True).create()
    for hour in range(9, 14):
        make.event(f"Talk {hour}", dt.datetime(2036, 9, 3, hour)).create()
    september, october = page(client, "/2036/9/"), page(client, "/2036/10/")
    assert titles(september) == [*(f"Talk {hour}" for hour in range(9, 14)), "Fair"]
    assert '<li class="more">and 2 more</li>' in september
    assert 'href="/week/2036-W36/" aria-label="Week 36"' in september
    assert titles(october) == ["Fair"]
    assert "Since Sep 30" in october


def test_a_month_with_a_leading_zero_has_one_address(client):
    moved = client.get("/2036/09/")
    assert (moved.status_code, moved.url) == (301, "/2036/9/")


def test_a_day_lists_what_runs_on_it(client):
    make.event("Fair", dt.datetime(2036, 9, 4), 48, all_day=True).create()
    make.event("Until midnight", dt.datetime(2036, 9, 4, 22), 2).create()
    make.event("Talk", dt.datetime(2036, 9, 5, 18)).create()
    html = page(client, "/day/2036-09-05/")
    assert titles(html) == ["Fair", "Talk"]
    assert 'rel="prev" href="/day/2036-09-04/"' in html


@pytest.mark.parametrize("address", ["/week/1999-W20/", "/1999/5/", "/day/1999-05-17/"])
def test_before_retention_a_period_says_so(client, address):
    html = page(client, address)
    assert "Events are kept 7 days after they end" in html
    assert "No events are listed" in html


def test_the_current_periods_are_not_said_to_be_incomplete(client, now):
    for kind in (Day, Week, Month):
        current = kind.around(now.date())
        assert "Events are kept" not in page(client, current.get_absolute_url())
    last = Month.around(Month.around(now.date() - 8 * DAY).first - DAY)
    assert "Events are kept 7 days" in page(client, last.get_absolute_url())


def test_without_retention_nothing_is_said(client, settings):
    settings.EVENT_RETENTION_DAYS = 0
    assert "are kept" not in page(client, "/1999/5/")


def test_an_expired_event_is_not_shown_though_it_is_still_stored(client, now):
    make.event("Expired", now - 9 * DAY).create()
    make.event("Recent", now - 5 * DAY).create()
    shown = [page(client, f"/day/{(now - days * DAY).date()}/") for days in (9, 5)]
    assert list(map(titles, shown)) == [[], ["Recent"]]


def test_the_current_week_says_so(client, now):
    current = Week.around(now.date())
    assert "this week" in page(client, current.get_absolute_url())
    assert ">This week</a></li>" in page(client, current.next.get_absolute_url())


@pytest.mark.parametrize(
    "address",
    [
        "/week/2026-W54/",
        "/week/0000-W01/",
        "/week/2026-36/",
        "/2026/13/",
        "/2026/0/",
        "/0000/1/",
        "/2201/1/",
        "/day/2026-02-30/",
        "/day/0000-01-01/",
        "/day/today/",
    ],
)
def test_no_such_period(client, address):
    page(client, address, 404)


FAR = ["/day/2099-05-20/", "/week/2099-W21/", "/2099/5/", "/day/1999-05-20/", "/1999/5/"]


@pytest.mark.parametrize("address", FAR)
def test_an_empty_period_far_away_leads_to_no_other(client, address):
    response = client.get(address)
    assert (response.status_code, response["X-Robots-Tag"]) == (200, "noindex")
    assert [link for link in periods(response.content.decode()) if "99" in link] == []


@pytest.mark.parametrize("address", FAR[:3])
def test_a_period_far_away_that_has_events_leads_on(client, address):
    make.event("Centenary", dt.datetime(2099, 5, 20, 18)).create()
    response = client.get(address)
    assert "X-Robots-Tag" not in response
    assert [link in response.content.decode() for link in ('rel="prev"', 'rel="next"')] == [
        True
    ] * 2


@pytest.mark.parametrize("days", [-7, 0, 1, 180])
def test_an_empty_period_near_by_leads_on(client, now, days):
    for kind in (Day, Week, Month):
        address = kind.around((now + days * DAY).date()).get_absolute_url()
        response = client.get(address)
        assert "X-Robots-Tag" not in response, address
        assert 'rel="next"' in response.content.decode(), address


def test_a_crawler_comes_to_an_end(client):
    """From today's week it follows whatever leads to a period, and each page without events only once."""
    seen, left = set(), [Week.around(dt.date.today()).get_absolute_url()]  # noqa: DTZ011
    while left:
        address = left.pop()
        if address not in seen:
            seen.add(address)
            left += periods(page(client, address))
    assert len(seen) < 2 * (180 + 7 + 31 * 2) + 40


def periods(html):
    """Return the links to periods of a page."""
    return re.findall(r'href="(/(?:day|week)/[^"]*|/\d+/\d+/)"', html)


@pytest.mark.parametrize("year", [1970, 2200])
def test_the_first_and_the_last_pages_render(client, year):
    for address in (f"/{year}/1/", f"/{year}/12/", f"/day/{year}-01-01/", f"/day/{year}-12-31/"):
        page(client, address)
    page(client, f"/week/{year}-W01/")
