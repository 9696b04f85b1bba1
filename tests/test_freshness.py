"""Pages are made once for each version, and never stale for long."""

import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from collector.collect import collect
from dctech import copies, freshness
from dctech.freshness import CHECKED, KEPT, SETTLES, Pages, public_page
from dctech.models import CalendarVersion
from tests.make import NOW


class Calendar:
    """A store whose index shows a change `lag` seconds late, and a clock to set."""

    def __init__(self, lag=0.0):
        self.now = 1000.0
        self.midnight = 100_000.0
        self.slowness = 0.0
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
        pages = Pages(
            clock=lambda: calendar.now,
            version=lambda: calendar.version,
            day_left=lambda: calendar.midnight - calendar.now,
        )
        monkeypatch.setattr(freshness, "pages", pages)

        @public_page
        def view(request):
            made.append(calendar.now)
            said = calendar.index()
            calendar.now += calendar.slowness
            return HttpResponse(said)

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


def test_a_page_that_took_long_is_as_old_as_its_beginning(site):
    calendar, ask, made = site(lag=4.0)
    ask()
    calendar.now += 2 * SETTLES
    calendar.write("second")
    calendar.now += CHECKED
    calendar.slowness = 2 * SETTLES
    assert text(ask()) == "first"
    calendar.slowness = 0.0
    assert text(ask()) == "second"
    calendar.now += KEPT
    ask()
    assert len(made) == 4


def test_no_copy_lives_past_midnight(site):
    calendar, ask, made = site()
    calendar.now += 2 * SETTLES
    calendar.midnight = calendar.now + 30
    ask()
    calendar.now += 2 * SETTLES
    ask()
    calendar.now = calendar.midnight - 1
    ask()
    assert len(made) == 2
    calendar.now, calendar.midnight = calendar.midnight, calendar.midnight + 86_400
    ask()
    assert len(made) == 3


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (dt.datetime(2026, 9, 2, 3, 59, tzinfo=dt.UTC), 1 / 60),
        (dt.datetime(2026, 9, 2, 4, tzinfo=dt.UTC), 24),
        (dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC), 25),
        (dt.datetime(2026, 3, 8, 5, tzinfo=dt.UTC), 23),
    ],
)
def test_midnight_is_the_sites(monkeypatch, moment, hours):
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert freshness.until_midnight() == hours * 3600


def test_an_answer_that_was_long_under_way_does_not_bring_an_old_version_back():
    asked, answer = threading.Event(), threading.Event()
    versions = iter([1, 2])

    def slowly():
        found = next(versions)
        if found == 1:
            asked.set()
            answer.wait()
        return found

    pages = Pages(version=slowly)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(pages.version)
        asked.wait()
        forgetting = threads.submit(pages.forget_version)
        answer.set()
        assert first.result() == 1
        forgetting.result()
    assert [pages.version(), pages.version()] == [2, 2]


@pytest.mark.usefixtures("tables")
def test_ten_who_ask_at_once_make_one_page():
    made, everybody = [], threading.Barrier(10)

    @public_page
    def view(request):
        made.append(request.path)
        time.sleep(0.05)
        return HttpResponse("page")

    def ask(path):
        everybody.wait()
        return view(RequestFactory().get(path)).content

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(ask, ["/one"] * 5 + ["/other"] * 5))
    assert answers == [b"page"] * 10
    assert sorted(made) == ["/one", "/other"]
    assert freshness.pages.turns._turns == {}


@pytest.mark.usefixtures("tables")
def test_who_waited_for_a_page_that_failed_makes_it():
    made, both = [], threading.Barrier(2)

    @public_page
    def view(_request):
        made.append(1)
        if len(made) == 1:
            raise RuntimeError("the first fails")
        return HttpResponse("page")

    def ask(_number):
        both.wait()
        try:
            return view(RequestFactory().get("/")).content
        except RuntimeError:
            return None

    with ThreadPoolExecutor(2) as threads:
        assert set(threads.map(ask, range(2))) == {None, b"page"}


@pytest.mark.usefixtures("tables")
def test_a_view_sees_the_parameters_that_it_names_and_no_other():
    @public_page(reads=["q", "page"])
    def view(request):
        return HttpResponse(f"{request.get_full_path()} {request.GET.dict()}")

    asked = "/?utm_source=x&q=a%26b&page=2&q=%C3%A9&QUERY=y"
    answer = view(RequestFactory().get(asked)).content.decode()
    assert answer == "/?q=a%26b&q=%C3%A9&page=2 {'q': 'é', 'page': '2'}"


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


def test_a_process_keeps_a_bounded_number_of_bytes(monkeypatch):
    monkeypatch.setattr(copies, "BYTES", 3 * (100 + copies.OVERHEAD))
    pages = Pages(clock=lambda: 0.0, version=lambda: 1)
    for number in [0, 1, 2, 3, 4, 4, 2]:
        pages.keep(str(number), pages.start(), HttpResponse("x" * 100))
    kept = [number for number in range(5) if pages.get(str(number))]
    assert (kept, pages._copies.bytes) == ([2, 3, 4], copies.BYTES)
    pages.keep("3", pages.start(), HttpResponse())
    assert pages._copies.bytes == copies.BYTES - 100
    pages.clear()
    assert pages._copies.bytes == 0


def test_a_very_large_page_is_made_and_not_kept(monkeypatch):
    monkeypatch.setattr(copies, "LARGEST", copies.OVERHEAD + 99)
    pages = Pages(clock=lambda: 0.0, version=lambda: 1)
    pages.keep("/", pages.start(), HttpResponse("x" * 99))
    assert pages.get("/") is not None
    large = pages.keep("/", pages.start(), HttpResponse("x" * 100))
    assert large.body == b"x" * 100
    assert pages.get("/") is None


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
