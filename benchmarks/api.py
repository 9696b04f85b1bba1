"""What the API costs: 50 events as JSON against the ORM and JsonResponse, and a copy of 10,000 events by cursor.

Both sides go through the whole stack of the site, from WSGI on, and say the same of each event.
"""

import datetime as dt
import json
import time
from io import BytesIO

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import JsonResponse
from django.test import RequestFactory, override_settings
from django.urls import path
from django.utils import timezone

from benchmarks import reference
from benchmarks.meter import ReadMeter
from benchmarks.pages import _as_reference, _store, medians
from dctech import freshness
from dctech.models import CalendarVersion
from dctech.urls import urlpatterns as site_urls
from events.models import EVERYWHERE, Event
from events.views import wall_clock

SHOWN, STORED = 50, 10_000
LIST = {"limit": SHOWN}
WHOLE = {"limit": 200}


def rows():
    """Yield (name, ours, reference, ratio, goal)."""
    now, at = wall_clock(timezone.now()), timezone.now().replace(microsecond=0)
    settings.DYNAMODB_PATIENCE = 60  # the embedded engine takes its time over 10,000
    _fill(now, at)
    with override_settings(ROOT_URLCONF="benchmarks.api"):
        site = Site()
        assert site.json("/api/events", **LIST)["events"] == site.json("/plain")["events"]
        yield from _lists(site)
        yield from _copies(site)


def _fill(now, at):
    with Event.batch_write() as batch:
        for event in Event.scan():
            batch.delete(event)
    _store(range(STORED), now, at)
    CalendarVersion.bump()
    rows = [_as_reference(number, now, at) for number in range(STORED)]
    if reference.ReferenceEvent._meta.db_table in connection.introspection.table_names():  # noqa: SLF001
        reference.ReferenceEvent.objects.all().delete()
        reference.ReferenceEvent.objects.bulk_create(
            reference.ReferenceEvent(**row) for row in rows
        )
    else:
        reference.create(rows)


class Site:
    """The site as a server sees it, without one."""

    def __init__(self):
        self.handler = WSGIHandler()
        self.factory = RequestFactory(headers={"host": "127.0.0.1"})

    def get(self, address, **query):
        environ = self.factory.get(address, query).environ | {"wsgi.input": BytesIO()}
        response = self.handler(environ, lambda _status, _headers: None)
        assert response.status_code == 200, response.content
        response.close()
        return response.content

    def json(self, address, **query):
        return json.loads(self.get(address, **query))


def _lists(site):
    def uncached():
        freshness.pages.clear()
        site.get("/api/events", **LIST)

    def checked():
        freshness.pages.forget_version()
        site.get("/api/events", **LIST)

    def repeated():
        site.get("/api/events", **LIST)

    def plain_view():
        site.get("/plain")

    theirs, *ours = medians(plain_view, uncached, repeated, checked, rounds=100)
    name = f"API: {SHOWN} of {STORED:,} events, CPU ms, against the ORM and JsonResponse"
    goals = {"uncached": 2.5, "repeated": 0.5, "repeated, with the version read": 1.2}
    for (how, goal), mine in zip(goals.items(), ours, strict=True):
        yield f"{name}, {how}", mine, theirs, mine / theirs, f"<= {goal}"


def _copies(site):
    yield _walked(site, "a copy of all", STORED)
    hour = timezone.now() - dt.timedelta(hours=1)
    yield _walked(site, "the same by updated_since", STORED, updated_since=_said(hour))
    later = timezone.now() + dt.timedelta(hours=1)
    yield _walked(site, "updated_since where nothing changed", 0, updated_since=_said(later))


def _walked(site, name, expected, **query):
    freshness.pages.clear()
    found, requests, cursor = set(), 0, None
    started = time.process_time()
    with ReadMeter().measuring() as reads:
        while requests == 0 or cursor:
            answer = site.json(
                "/api/events", **WHOLE, **query, **({"cursor": cursor} if cursor else {})
            )
            found |= {event["event_id"] for event in answer["events"]}
            requests, cursor = requests + 1, answer["next"]
    spent = (time.process_time() - started) * 1000
    assert len(found) == expected
    name = f"API: {name}, CPU ms against requests (and {reads.units:,.0f} read units)"
    return name, spent, requests, spent / requests, ""


def _said(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def plain(_request):
    """Answer the same list as it is written over Django's ORM when nobody counts."""
    rows = reference.ReferenceEvent.objects.filter(
        status="approved", end_datetime__gt=timezone.now()
    ).order_by("start_datetime")
    return JsonResponse({"events": [_row(row) for row in rows[:SHOWN]]})


def _row(row):
    page = f"{settings.SITE_URL}/events/{row.event_id}"
    state = (*settings.SITE_REGIONS, EVERYWHERE)[int(row.event_id, 16) % 4]
    return {
        "event_id": row.event_id,
        "title": row.title,
        "excerpt": row.excerpt,
        "start": row.start.isoformat(),
        "end": row.end.isoformat(),
        "all_day": row.all_day,
        "timezone": settings.SITE_TIMEZONE,
        "sessions": [],
        "previous_start": None,
        "status": "confirmed",
        "sequence": row.sequence,
        "url": row.url,
        "html_url": f"{settings.SITE_URL}{row.get_absolute_url()}",
        "ics_url": f"{page}.ics",
        "location_type": row.location_type,
        "location": row.location,
        "city": row.city,
        "state": state if state in settings.SITE_REGIONS else None,
        "group": {"group_id": row.group_id, "name": row.group_name, "website": None},
        "also_published_by": [],
        "categories": row.categories,
        "cost": row.cost,
        "free": row.cost.startswith("Free"),
        "updated_at": row.changed_at.isoformat().replace("+00:00", "Z"),
    }


urlpatterns = [path("plain", plain), *site_urls]
