"""Ways to have the calendar come to you: subscriptions, and the week ahead to send on."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from events.filters import Filter
from events.models import Category, Event
from events.views import by_day, wall_clock

WEEK = 7


def feeds(request: HttpRequest) -> HttpResponse:
    """Explain subscriptions, and give those that many people want."""
    narrower = [
        *((f"region={region}", region) for region in settings.SITE_REGIONS),
        ("kind=virtual", _("Online")),
        ("free=1", _("Free")),
        *((f"category={category.slug}", category.name) for category in Category.all()),
    ]
    context = {
        "site_url": settings.SITE_URL,
        "webcal": f"webcal://{urlsplit(settings.SITE_URL).netloc}",
        "narrower": [{"query": query, "name": name} for query, name in narrower],
    }
    return render(request, "events/feeds.html", context)


def newsletter(request: HttpRequest, extension: str) -> HttpResponse:
    """Give the week ahead, from tomorrow on, as HTML for e-mail (styles inline, addresses whole) or as text."""
    today = wall_clock(timezone.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today + dt.timedelta(days=1)
    last = first + dt.timedelta(days=WEEK)
    found = Event.between(first, last, Filter().states)
    context = {
        "days": by_day(found, first.date()),
        "first": first.date(),
        "last": (last - dt.timedelta(days=1)).date(),
        "site_url": settings.SITE_URL,
    }
    kind = {"html": "text/html", "txt": "text/plain"}[extension]
    template = f"events/newsletter.{extension}"
    return render(request, template, context, content_type=f"{kind}; charset=utf-8")
