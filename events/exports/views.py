from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import http_date
from django.utils.translation import gettext as _

from dctech.freshness import public_page
from dctech.methods import read_only
from events.exports import ics, syndication, table
from events.exports.channel import Channel
from events.filters import PARAMETERS, BadFilter, Filter
from events.models import DAYS_AHEAD, Event
from events.views import wall_clock

FORMATS = {
    "ics": (ics.calendar, "text/calendar; charset=utf-8"),
    "rss": (syndication.rss, "application/rss+xml; charset=utf-8"),
    "atom": (syndication.atom, "application/atom+xml; charset=utf-8"),
    "json": (syndication.json_feed, "application/feed+json; charset=utf-8"),
    "csv": (table.table, "text/csv; charset=utf-8; header=present"),
}


@public_page(reads=PARAMETERS)
def events(request, extension):
    """Answer in the format of the address: Accept is ignored, for Google sends none."""
    try:
        wanted = Filter.from_query(request.GET)
    except BadFilter as mistake:
        return _plain(f"{mistake}\n", status=400)
    now = wall_clock(timezone.now())
    upcoming = Event.upcoming(now, DAYS_AHEAD, wanted.states)
    channel = Channel(wanted, list(filter(wanted.matches, upcoming)), now.date())
    write, content_type = FORMATS[extension]
    with translation.override(settings.LANGUAGE_CODE):  # one address, one text, whoever asks
        content = write(channel)
    return _answer(content, content_type, channel.changed_at, f"events.{extension}")


@public_page
def event(_request, event_id):
    """Give one event to add to a calendar; the addresses of its page answer by the same rules."""
    found = Event.find(event_id)
    if found is not None and found.status == "approved" and found.duplicate_of:
        original = Event.find(found.duplicate_of)
        if original is not None and original.listed:
            return redirect("event-ics", original.event_id)
    if found is None or not found.listed:
        raise Http404("No event with this address is listed.")
    if found.expired(timezone.now()):
        return _plain(_("This event is over, and its details are gone.") + "\n", status=410)
    name = f"{found.slug}.ics"
    with translation.override(settings.LANGUAGE_CODE):
        content = ics.single(found)
    return _answer(content, FORMATS["ics"][1], found.changed_at, name)


@read_only
def moved(_request, extension, state=None, category=None):
    """Lead an address of the site before this one to the filter that is the same."""
    if state and state.upper() not in settings.SITE_REGIONS:
        raise Http404("No region has this name.")
    query = f"region={state.upper()}" if state else f"category={category}"
    return redirect(f"/events.{'ics' if extension == 'ics' else 'rss'}?{query}", permanent=True)


def _plain(text, status):
    response = HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _answer(content, content_type, changed_at, filename):
    response = HttpResponse(content, content_type=content_type)
    if changed_at:
        response["Last-Modified"] = http_date(changed_at.timestamp())
    response["Access-Control-Allow-Origin"] = "*"
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response
