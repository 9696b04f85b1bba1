"""What the home page costs, against the same page over Django's ORM and SQLite, and against an empty view."""

import datetime as dt
import statistics
import time

from django.conf import settings
from django.db import connection, models
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django.utils import timezone
from django.utils.text import slugify

from dctech import freshness
from events.models import EVERYWHERE, Event
from events.views import home, wall_clock

UPCOMING = 200
FEW, MANY = 2_000, 10_000
DAYS = 28

urlpatterns = [
    path("empty/", lambda _request: HttpResponse(b"")),
    path("", include("dctech.urls")),
]


class ReferenceEvent(models.Model):
    """An event as a row."""

    event_id = models.CharField(max_length=64, primary_key=True)
    start_datetime = models.DateTimeField(db_index=True)
    end_datetime = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    title = models.CharField(max_length=300)
    excerpt = models.TextField()
    location = models.TextField()
    location_type = models.CharField(max_length=20, default="in_person")
    group_name = models.CharField(max_length=200)
    cost = models.CharField(max_length=100)
    status = models.CharField(max_length=20, default="approved")

    class Meta:
        app_label = "benchmarks"

    @property
    def slug(self):
        return slugify(self.title)


def reference_home(request):
    """Return the page as it is written when nobody counts: a query, template tags, an include for each event."""
    now = timezone.now()
    events = (
        ReferenceEvent.objects.filter(
            status="approved",
            end_datetime__gt=now,
            start_datetime__lt=now + dt.timedelta(days=DAYS),
        )
        .exclude(location_type="virtual")
        .order_by("start_datetime")
    )
    return render(request, "benchmarks/home.html", {"events": events})


def rows():
    """Yield (name, ours, reference, ratio, goal) in milliseconds."""
    settings.TEMPLATES[0]["DIRS"].append(settings.BASE_DIR / "benchmarks/templates")
    now = wall_clock(timezone.now())
    request = RequestFactory().get("/", headers={"host": "127.0.0.1"})
    _store(range(FEW), now)
    few = median(lambda: home(request), time.process_time)
    _store(range(FEW, MANY), now)
    many = median(lambda: home(request), time.process_time)
    _store_reference(now)
    reference = median(lambda: reference_home(request), time.process_time)
    shown = (
        home(request).content.count(b"<article"),
        reference_home(request).content.count(b"<article"),
    )
    assert shown[0] == shown[1] > UPCOMING / 2, shown
    name = f"home, {shown[0]} events of {MANY:,} stored, uncached, CPU ms, against the ORM"
    yield name, many, reference, many / reference, "<= 0.5"
    yield f"home with {MANY:,} stored, CPU ms, against {FEW:,}", many, few, many / few, "<= 1.1"
    yield from _repeated()


def _repeated():
    with override_settings(ROOT_URLCONF="benchmarks.pages"):
        yield from _with_client()


def _with_client():
    client = Client(headers={"host": "127.0.0.1"})
    nothing = median(lambda: client.get("/empty/"), time.perf_counter, rounds=300)
    client.get("/")
    kept = median(lambda: client.get("/"), time.perf_counter, rounds=300)

    def checked():
        freshness.pages.forget_version()
        client.get("/")

    with_version = median(checked, time.perf_counter, rounds=300)
    yield "home again, wall ms, against an empty view", kept, nothing, kept / nothing, "<= 3"
    name = "home again with the version read, wall ms, against an empty view"
    yield name, with_version, nothing, with_version / nothing, "<= 6"


def median(work, clock, rounds=15):
    """Return the median milliseconds of a round, by this clock."""
    work()
    spent = []
    for _ in range(rounds):
        started = clock()
        work()
        spent.append((clock() - started) * 1000)
    return statistics.median(spent)


def _start(number, now):
    """Return when an event is: the first 200 in the next four weeks, the rest later."""
    if number < UPCOMING:
        return now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1 + 3 * number)
    return now.replace(microsecond=0) + dt.timedelta(days=60 + number % 100)


def _values(number):
    return {
        "title": f"Event number {number}: an evening of small tools",
        "excerpt": "Eight people, five minutes each: the scripts that we could not work without. "
        * 2,
        "location": f"{number} Main Street, Arlington, VA 22201",
        "group_name": f"Group {number % 50}",
        "cost": "Free" if number % 3 else "$10",
    }


def _store(numbers, now):
    at = timezone.now()
    with Event.batch_write() as batch:
        for number in numbers:
            start = _start(number, now)
            event = Event(
                f"{number:064x}",
                start,
                **_values(number),
                end_datetime=start + dt.timedelta(hours=2),
                url=f"https://example.org/{number}",
                city="Arlington",
                region="VA",
                state=(*settings.SITE_REGIONS, EVERYWHERE)[number % 4],
                group_id=f"group-{number % 50}",
                categories=["python", "social"],
                source_type="ical",
                status="approved",
                submitted_at=at,
                created_at=at,
                updated_at=at,
                changed_at=at,
            )
            batch.save(event)


def _store_reference(now):
    with connection.schema_editor() as editor:
        editor.create_model(ReferenceEvent)
    zone = settings.SITE_ZONE
    ReferenceEvent.objects.bulk_create(
        ReferenceEvent(
            event_id=f"{number:064x}",
            start_datetime=_start(number, now).replace(tzinfo=zone),
            end_datetime=(_start(number, now) + dt.timedelta(hours=2)).replace(tzinfo=zone),
            **_values(number),
        )
        for number in range(MANY)
    )
