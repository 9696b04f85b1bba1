"""What of an event travels: what search engines and link previews read, its picture, and the way into a calendar."""

import datetime as dt
import json
from urllib.parse import quote, urlencode, urljoin

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.dateformat import format as date_format
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from events.models import Event
from events.schema_org import schema_event

DAY_SECONDS = 24 * 60 * 60
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}
"""What could end a script element, or begin a comment in it, in the middle of a title."""
GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/action/compose"


def context(event: Event) -> dict[str, object]:
    """Return what an event's page shows others: all that event_head.html and the calendar links need."""
    page = absolute(reverse("event", args=[event.event_id, event.slug]))
    image = absolute(_card_address(event))
    node = schema_event(event, page=page, image=image)
    return {
        "canonical": page,
        "card": image,
        "summary": summary(event),
        "json_ld": json_ld(node),
        "start": node["startDate"],
        "end": node.get("endDate"),
        "calendars": calendar_links(event, page),
    }


def absolute(path: str) -> str:
    return str(urljoin(settings.SITE_URL, path))


def json_ld(node: dict[str, object]) -> SafeString:
    """Return JSON that is safe inside a script element."""
    return SafeString(json.dumps(node, ensure_ascii=False).translate(ESCAPES))


def summary(event: Event) -> str:
    """Return one or two lines for a link's preview: when, where, and how the description begins."""
    said = " · ".join(filter(None, [when(event), where(event), event.excerpt]))
    return str(Truncator(said).chars(200))


def when(event: Event) -> str:
    """Return the day and time, or the first and the last day."""
    start = event.start_datetime
    if event.end_datetime - start > dt.timedelta(days=1):
        first, last = date_format(start, _("M j")), date_format(event.last_day, _("M j, Y"))
        return f"{first} – {last}"  # noqa: RUF001
    date = capfirst(date_format(start, _("l, F j, Y")))
    return date if event.all_day else f"{date}, {date_format(start, 'P')}"


def where(event: Event) -> str:
    if event.location_type == "virtual":
        return str(_("Online"))
    place = event.location or event.city or ""
    if place and event.location_type == "hybrid":
        return str(_("%(place)s + Online") % {"place": place})
    return place


def calendar_links(event: Event, page: str) -> dict[str, str]:
    """Return the addresses that open an event in somebody's calendar; none for what is cancelled."""
    if event.cancelled:
        return {}
    details = "\n\n".join(filter(None, [event.excerpt, page]))
    return {
        "google": _google(event, details),
        "outlook": _outlook(event, details),
        "file": reverse("event-ics", args=[event.event_id]),
    }


def _google(event: Event, details: str) -> str:
    pattern = "%Y%m%d" if event.all_day else "%Y%m%dT%H%M%SZ"
    values = {
        "action": "TEMPLATE",
        "text": event.title,
        "dates": "/".join(moment.strftime(pattern) for moment in _span(event)),
        "details": details,
        "location": event.location or "",
    }
    return f"{GOOGLE}?{urlencode(values, quote_via=quote)}"


def _outlook(event: Event, details: str) -> str:
    pattern = "%Y-%m-%d" if event.all_day else "%Y-%m-%dT%H:%M:%SZ"
    start, end = (moment.strftime(pattern) for moment in _span(event))
    values = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.title,
        "startdt": start,
        "enddt": end,
        "allday": "true" if event.all_day else "false",
        "body": details,
        "location": event.location or "",
    }
    return f"{OUTLOOK}?{urlencode(values, quote_via=quote)}"


def _span(event: Event) -> tuple[dt.datetime, dt.datetime]:
    """Return start and exclusive end: in UTC, or as they are where only the dates count."""
    start, end = event.start_datetime, max(event.end_datetime, event.start_datetime)
    if event.all_day:
        return start, max(end, start + dt.timedelta(days=1))
    zoned = (moment.replace(tzinfo=settings.SITE_ZONE) for moment in (start, end))
    first, last = (moment.astimezone(dt.UTC) for moment in zoned)
    return first, last


def _card_address(event: Event) -> str:
    """Return where an event's picture is: previews keep one for as long as its address."""
    return f"{reverse('event-card', args=[event.event_id])}?v={_version(event)}"


def _version(event: Event) -> str:
    return f"{event.changed_at.timestamp():.0f}"


def card(request: HttpRequest, event_id: str) -> HttpResponse:
    """Answer an event's picture for link previews; one of another version is not drawn."""
    found = Event.find(event_id)
    if found is None or not found.listed or found.expired(timezone.now()):
        raise Http404("No event with this address is listed.")
    if request.GET.getlist("v") not in ([], [_version(found)]):
        moved = redirect(_card_address(found))
        moved["Cache-Control"] = "no-cache"
        return moved
    response = HttpResponse(_picture(found), content_type="image/png")
    patch_cache_control(response, public=True, max_age=DAY_SECONDS)
    return response


def _picture(event: Event) -> bytes:
    """Draw the card, in the site's language: it is one picture for everybody."""
    from events import cards  # noqa: PLC0415 - Pillow and the fonts are for this address alone

    with translation.override(settings.LANGUAGE_CODE):
        marks = {"CANCELLED": _("Cancelled"), "POSTPONED": _("Postponed")}
        return cards.draw(
            cards.Card(
                title=event.title,
                when=when(event),
                where=where(event),
                site=settings.SITE_NAME,
                mark=marks.get(event.event_status or "", ""),
                instead=event.group_name or "",
            )
        )
