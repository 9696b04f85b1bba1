"""The same pages as they are written over Django's ORM and SQLite when nobody counts.

They say of an event what ours say, which the benchmarks assert; around it they do less: no days to jump to, nothing
beside the list, one language.
"""

import datetime as dt

import icalendar
from django.conf import settings
from django.db import connection, models
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import date as formatted
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify


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
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=2)
    group_id = models.CharField(max_length=100)
    group_name = models.CharField(max_length=200)
    categories = models.JSONField(default=list)
    cost = models.CharField(max_length=100)
    url = models.URLField()
    status = models.CharField(max_length=20, default="approved")
    sequence = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "benchmarks"

    def get_absolute_url(self):
        return reverse("event", args=[self.event_id, slugify(self.title)])

    @property
    def start(self):
        return timezone.localtime(self.start_datetime)

    @property
    def end(self):
        return timezone.localtime(self.end_datetime)

    @property
    def last_day(self):
        return (self.end - dt.timedelta(microseconds=1)).date()

    @property
    def when(self):
        until = "P" if self.last_day == self.start.date() else "l, F j, Y, P"
        return f"{formatted(self.start, 'l, F j, Y, P')} to {formatted(self.end, until)}"

    @property
    def notes(self):
        return f"Cost: {self.cost}\nBy: {self.group_name}\nOrganizer's page: {self.url}"


def create(events):
    with connection.schema_editor() as editor:
        editor.create_model(ReferenceEvent)
    ReferenceEvent.objects.bulk_create(ReferenceEvent(**values) for values in events)


def _upcoming(days):
    now = timezone.now()
    return ReferenceEvent.objects.filter(
        status="approved",
        end_datetime__gt=now,
        start_datetime__lt=now + dt.timedelta(days=days),
    ).order_by("start_datetime")


def home(request, days):
    """Return the home page: a query, template tags, an include for each event."""
    events = _upcoming(days).exclude(location_type="virtual")
    return render(request, "benchmarks/home.html", {"events": events})


def json_feed(_request, count):
    items = [_item(event) for event in _upcoming(180)[:count]]
    return JsonResponse({"version": "https://jsonfeed.org/version/1.1", "items": items})


def _item(event):
    return {
        "id": f"{settings.SITE_URL}{reverse('event-short', args=[event.event_id])}",
        "url": f"{settings.SITE_URL}{event.get_absolute_url()}",
        "external_url": event.url,
        "title": event.title,
        "content_text": f"{event.when}\n\n{event.location}\n\n{event.excerpt}\n\n{event.notes}",
        "summary": event.excerpt,
        "date_published": event.created_at.isoformat(),
        "date_modified": event.changed_at.isoformat(),
        "authors": [{"name": event.group_name}],
        "tags": event.categories,
        "_event": {
            "event_id": event.event_id,
            "start": event.start.isoformat(),
            "end": event.end.isoformat(),
            "all_day": event.all_day,
            "sessions": [],
            "status": "confirmed",
            "kind": event.location_type,
            "location": event.location,
            "city": event.city,
            "region": event.region,
            "geo": None,
            "group_id": event.group_id,
            "cost": event.cost,
        },
    }


def calendar(_request, count):
    """Return the events through the icalendar library."""
    made = icalendar.Calendar()
    made.add("prodid", "-//reference//EN")
    made.add("version", "2.0")
    for event in _upcoming(180)[:count]:
        made.add_component(_component(event))
    return HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")


def _component(event):
    made = icalendar.Event()
    made.add("uid", f"{event.event_id}@127.0.0.1")
    made.add("dtstart", event.start.replace(tzinfo=settings.SITE_ZONE))
    made.add("dtend", event.end.replace(tzinfo=settings.SITE_ZONE))
    made.add("dtstamp", event.changed_at)
    made.add("last-modified", event.changed_at)
    made.add("created", event.created_at)
    made.add("sequence", event.sequence)
    made.add("status", "CONFIRMED")
    made.add("summary", event.title)
    made.add("description", f"{event.excerpt}\n\n{event.notes}")
    made.add("url", f"{settings.SITE_URL}{event.get_absolute_url()}")
    made.add("location", event.location)
    made.add("categories", event.categories)
    return made
