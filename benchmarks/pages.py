"""What public pages cost, against the same pages over Django's ORM and SQLite, and against an empty view."""

import datetime as dt
import inspect
import json
import re
import statistics
import time

import icalendar
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import timezone

from benchmarks import reference
from benchmarks.meter import ReadMeter
from dctech import freshness
from dctech.models import CalendarVersion
from dctech.urls import urlpatterns as site_urls
from events.exports.views import events as export
from events.models import EVERYWHERE, Event
from events.templatetags import event_rows
from events.views import DAYS_SHOWN, home, wall_clock

IN_JSON, UPCOMING = 50, 200
FEW, MANY = 2_000, 10_000

urlpatterns = [
    path("empty/", lambda _request: HttpResponse(b"")),
    *site_urls,
]


def rows():
    """Yield (name, ours, reference, ratio, goal) in milliseconds."""
    settings.TEMPLATES[0]["DIRS"].append(settings.BASE_DIR / "benchmarks/templates")
    now = wall_clock(timezone.now())
    at = timezone.now().replace(microsecond=0)
    reference.create(_as_reference(number, now, at) for number in range(MANY))
    CalendarVersion.bump()
    _store(range(IN_JSON), now, at)
    yield _json()
    _store(range(IN_JSON, UPCOMING), now, at)
    yield _ics()
    yield from _home(now, at)
    with override_settings(ROOT_URLCONF="benchmarks.pages"):
        client = Client(headers={"host": "127.0.0.1"})
        yield from _repeated(client)
        yield from _read_units(client)


def _json():
    request, view = _request("/events.json"), inspect.unwrap(export)
    ours = json.loads(view(request, extension="json").content)["items"]
    theirs = json.loads(reference.json_feed(request, IN_JSON).content)["items"]
    assert _by_id(ours) == _by_id(theirs)
    assert len(ours) == IN_JSON
    name = f"JSON of {IN_JSON} events, uncached, CPU ms, against the ORM"
    return _compared(
        name,
        lambda: view(request, extension="json"),
        lambda: reference.json_feed(request, IN_JSON),
        "<= 2.5",
    )


def _by_id(items):
    return {item["id"]: item for item in items}


def _ics():
    request, view = _request("/events.ics"), inspect.unwrap(export)
    ours = _components(view(request, extension="ics"))
    assert ours == _components(reference.calendar(request, UPCOMING))
    assert len(ours) == UPCOMING
    name = f"iCalendar, CPU ms an event (of {UPCOMING}), uncached, against the ORM and icalendar"
    return _compared(
        name,
        lambda: view(request, extension="ics"),
        lambda: reference.calendar(request, UPCOMING),
        "<= 0.5",
        parts=UPCOMING,
    )


def _components(response):
    """Return what a reader finds of each event."""
    found = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    return {str(event["uid"]): sorted(event.property_items(recursive=False)) for event in found}


def _home(now, at):
    request = _request("/")
    _store(range(UPCOMING, FEW), now, at)
    works = (
        lambda: home(request),
        lambda: reference.home(request, DAYS_SHOWN),
        lambda: _made_anew(request),
    )
    few, *_ = medians(*works)
    _store(range(FEW, MANY), now, at)
    ours, theirs = home(request), reference.home(request, DAYS_SHOWN)
    shown = _articles(ours)
    assert sorted(shown) == sorted(_articles(theirs))
    assert len(shown) == UPCOMING
    name = f"home, {len(shown)} events of {MANY:,} stored, uncached, CPU ms, against the ORM"
    many, orm, cold = medians(*works)
    yield name, many, orm, many / orm, "<= 0.5"
    yield f"{name}, no row kept from an earlier page", cold, orm, cold / orm, ""
    yield f"home with {MANY:,} stored, CPU ms, against {FEW:,}", many, few, many / few, "<= 1.1"


def _articles(response):
    """Return the words of each event's row."""
    found = re.findall(r"<article.*?</article>", response.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", article).split()) for article in found]


def _made_anew(request):
    event_rows.rows.clear()
    event_rows.days.clear()
    home(request)


def _repeated(client):
    def empty():
        client.get("/empty/")

    def kept():
        client.get("/")

    def checked():
        freshness.pages.forget_version()
        client.get("/")

    works = {"clock": time.perf_counter, "rounds": 300}
    nothing, repeated, with_version = medians(empty, kept, checked, **works)
    name = "home again, wall ms, against an empty view"
    yield name, repeated, nothing, repeated / nothing, "<= 3"
    name = "home again with the version read, wall ms, against an empty view"
    yield name, with_version, nothing, with_version / nothing, "<= 6"
    ours, theirs = medians(checked, empty, rounds=300)
    yield "the same, CPU ms", ours, theirs, ours / theirs, ""


def _read_units(client):
    freshness.pages.clear()
    with ReadMeter().measuring() as first:
        client.get("/")
    freshness.pages.forget_version()
    with ReadMeter().measuring() as again:
        client.get("/")
    name = "read units of home: made anew, against repeated with the version read"
    yield name, first.units, again.units, first.units / again.units, ""


def _compared(name, ours, theirs, goal, *, parts=1):
    mine, other = (spent / parts for spent in medians(ours, theirs))
    return name, mine, other, mine / other, goal


def medians(*works, clock=time.process_time, rounds=50):
    """Return the median milliseconds of each work's rounds, by this clock.

    They take turns: a machine that others use as well slows down for all of them alike.
    """
    for work in works:
        work()
    spent = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, spent, strict=True):
            started = clock()
            work()
            times.append((clock() - started) * 1000)
    return [statistics.median(times) for times in spent]


def _request(address):
    return RequestFactory().get(address, headers={"host": "127.0.0.1"})


def _start(number, now):
    """Return when an event is: the first 200 in the next four weeks, the rest later."""
    if number < UPCOMING:
        return now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1 + 3 * number)
    return now.replace(microsecond=0) + dt.timedelta(days=60 + number % 100)


def _values(number, now, at):
    start = _start(number, now)
    return {
        "event_id": f"{number:064x}",
        "start_datetime": start,
        "end_datetime": start + dt.timedelta(hours=2),
        "title": f"Event number {number}: an evening of small tools",
        "excerpt": " ".join(
            ["Eight people, five minutes each: the scripts that we could not work without."] * 2
        ),
        "location": f"{number} Main Street, Arlington, VA 22201",
        "city": "Arlington",
        "region": "VA",
        "group_id": f"group-{number % 50}",
        "group_name": f"Group {number % 50}",
        "categories": ["python", "social"],
        "cost": "Free" if number % 3 else "$10",
        "url": f"https://example.org/{number}",
        "status": "approved",
        "created_at": at,
        "changed_at": at,
    }


def _store(numbers, now, at):
    with Event.batch_write() as batch:
        for number in numbers:
            event = Event(**_values(number, now, at))
            event.state = (*settings.SITE_REGIONS, EVERYWHERE)[number % 4]
            event.source_type, event.submitted_at, event.updated_at = "ical", at, at
            batch.save(event)


def _as_reference(number, now, at):
    values = _values(number, now, at)
    for name in ("start_datetime", "end_datetime"):
        values[name] = values[name].replace(tzinfo=settings.SITE_ZONE)
    return values
