"""Pages are made once for each version, and never stale for long."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from collector.collect import collect
from dctech import freshness
from dctech.freshness import CHECKED, KEPT, SETTLES, Pages, public_page
from dctech.models import CalendarVersion
from tests.make import NOW


class Calendar:
    """A store whose index shows a change `lag` seconds late, and a clock to set."""

    def __init__(self, lag=0.0):
        self.now = 1000.0
        self.lag = lag
        self.version = 1
        self.writes = [(0.0, "first")]

    def write(self, text, *, bump=True):
        self.writes.append((self.now, text))
        self.version += bump

    def index(self):
        return [text for at, text in self.writes if at + self.lag <= self.now][-1]


@pytest.fixture
def site(monkeypatch):
    """Return make(lag) -> (calendar, ask, made): ask() gives the page, `made` counts how often it was made."""

    def make(lag=0.0):
        calendar, made = Calendar(lag), []
        pages = Pages(clock=lambda: calendar.now, version=lambda: calendar.version)
        monkeypatch.setattr(freshness, "pages", pages)

        @public_page
        def view(request):
            made.append(calendar.now)
            return HttpResponse(calendar.index())

        def ask(**headers):
            return view(RequestFactory().get("/", headers=headers))

        return calendar, ask, made

    return make


def text(response):
    return response.content.decode()


def test_a_page_is_made_once_for_a_version(site):
    calendar, ask, made = site()
    calendar.now += SETTLES
    for _ in range(3):
        ask()
        calendar.now += SETTLES
    assert len(made) == 2  # provisional, when the process had just begun, and settled
    assert text(ask()) == "first"


def test_a_change_is_on_the_page_within_a_second(site):
    calendar, ask, _ = site()
    ask()
    calendar.now += 2 * SETTLES
    ask()
    calendar.write("second")
    calendar.now += CHECKED
    assert text(ask()) == "second"


def test_the_version_is_asked_for_at_most_once_a_second(site):
    calendar, ask, _ = site()
    ask()
    calendar.write("second")
    calendar.now += CHECKED / 2
    assert text(ask()) == "first"


@pytest.mark.parametrize("lag", [0.5, 2.0, 4.0])
def test_an_index_that_is_late_does_not_freeze_the_old_page(site, lag):
    calendar, ask, _ = site(lag)
    ask()
    calendar.now += 2 * SETTLES
    ask()
    calendar.write("second")
    calendar.now += CHECKED / 4
    ask()
    calendar.now += CHECKED
    ask()  # made of what the index still says
    calendar.now += SETTLES
    assert text(ask()) == "second"


def test_a_writer_killed_before_its_bump_is_seen_after_five_minutes(site):
    calendar, ask, _ = site()
    calendar.now += SETTLES
    ask()
    calendar.now += SETTLES
    ask()
    calendar.write("second", bump=False)
    calendar.now += KEPT / 2
    assert text(ask()) == "first"
    calendar.now += KEPT / 2
    assert text(ask()) == "second"


def test_the_etag_answers_304(site):
    _, ask, made = site()
    first = ask()
    again = ask(if_none_match=first.headers["ETag"])
    assert (again.status_code, again.content, len(made)) == (304, b"", 1)
    assert first.headers["Cache-Control"].startswith("public, ")
    assert "s-maxage=60" in first.headers["Cache-Control"]


@pytest.mark.usefixtures("tables")
def test_only_plain_pages_are_kept():
    pages_made = []

    @public_page
    def view(request):
        pages_made.append(1)
        return HttpResponse("no", status=404)

    for _ in range(2):
        assert view(RequestFactory().get("/missing")).status_code == 404
    assert len(pages_made) == 2


def test_a_process_keeps_a_bounded_number_of_pages(monkeypatch):
    monkeypatch.setattr(freshness, "COPIES", 3)
    pages = Pages(clock=lambda: 0.0, version=lambda: 1)
    for number in range(5):
        pages.keep(str(number), 1, HttpResponse())
    assert [pages.get(str(number)) is not None for number in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]


@pytest.mark.usefixtures("tables")
def test_the_version_grows():
    assert CalendarVersion.current() == 0
    CalendarVersion.bump()
    CalendarVersion.bump()
    assert CalendarVersion.current() == 2


@pytest.mark.usefixtures("tables")
def test_a_collection_without_changes_makes_no_version():
    collect(NOW)
    assert CalendarVersion.current() == 0
