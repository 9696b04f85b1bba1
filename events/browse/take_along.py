"""Ways to have the calendar come to you: subscriptions, and the week ahead to send on."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.browse.matching import common_choices, fields_of
from events.days import by_day
from events.filters import BadFilter, Filter, addressable
from events.models import Event
from events.views import wall_clock
from groups.models import Group

WEEK = 7
PARAMETERS = ("region", "category", "kind", "group", "free")
"""What of a filter the form of subscriptions asks for; the page of all events has a form of all of it."""


def feeds(request: HttpRequest) -> HttpResponse:
    """Explain subscriptions, and give those of any choice: the form leads to the same page with its addresses."""
    try:
        wanted = Filter.from_query(request.GET)
    except BadFilter as mistake:
        return _feeds(request, Filter(), {"mistake": str(mistake)}, status=400)
    if fields_of(request.GET) != fields_of(QueryDict(wanted.query)):
        query = f"?{wanted.query}" if wanted else ""
        return redirect(f"{reverse('feeds')}{query}", permanent=True)
    return _feeds(request, wanted, {})


def _feeds(
    request: HttpRequest, wanted: Filter, more: dict[str, object], status: int = 200
) -> HttpResponse:
    choices = common_choices(wanted)
    narrower = [
        *((f"region={region}", region) for region in settings.SITE_REGIONS),
        ("kind=virtual", _("Online")),
        ("free=1", _("Free")),
        *((f"category={each['value']}", each["label"]) for each in choices["categories"]),
    ]
    context = {
        "site_url": settings.SITE_URL,
        "webcal": f"webcal://{urlsplit(settings.SITE_URL).netloc}",
        "wanted": wanted,
        "query": wanted.query,
        "choices": choices,
        "groups": _groups(wanted),
        "narrower": [{"query": query, "name": name} for query, name in narrower],
    }
    return render(request, "events/feeds.html", context | more, status=status)


def _groups(wanted: Filter) -> list[dict[str, object]]:
    return [
        {
            "value": group.group_id,
            "label": group.name,
            "chosen": group.group_id in wanted.groups,
        }
        for group in Group.active_and_approved()
        if addressable(group.group_id)
    ]


def newsletter(request: HttpRequest, extension: str) -> HttpResponse:
    """Give the week ahead, from tomorrow on, as HTML for e-mail (styles inline, addresses whole) or as text."""
    today = wall_clock(timezone.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today + dt.timedelta(days=1)
    last = first + dt.timedelta(days=WEEK)
    found = Event.between(first, last, Filter().states)
    context = {
        "days": by_day(found, first.date(), last.date()),
        "first": first.date(),
        "last": (last - dt.timedelta(days=1)).date(),
        "site_url": settings.SITE_URL,
    }
    kind = {"html": "text/html", "txt": "text/plain"}[extension]
    template = f"events/newsletter.{extension}"
    return render(request, template, context, content_type=f"{kind}; charset=utf-8")
