"""From a valid form to the attributes of an event, and back. The API uses it as the pages do."""

import datetime as dt
import secrets
from typing import Any

from django.conf import settings

from dctech.moderation import REJECTED
from dctech.moderation.values import plain
from dctech.submissions.markdown import described
from events.models import Event
from events.submit.forms import EventForm, full_location
from events.submit.times import in_zone
from events.submit.when import MORE_DAYS

MOST_ANEW = 20


def attributes(form: EventForm) -> dict[str, Any]:
    """Return the attributes that the submitter decides."""
    from collector.door import canonical_url  # noqa: PLC0415 - nothing imports the collector when it loads

    said, span = form.cleaned_data, form.span
    if span is None:
        raise ValueError("The form is not valid.")
    virtual = said["location_type"] == "virtual"
    zone = said["timezone"].key
    sessions = [{"start": plain(each.start), "end": plain(each.end)} for each in form.sessions]
    return {
        "title": said["title"],
        "start_datetime": span.start,
        "end_datetime": span.end,
        "all_day": bool(said["all_day"]),
        "timezone": None if said["all_day"] or zone == settings.SITE_TIMEZONE else zone,
        "sessions": sessions if len(sessions) > 1 else None,
        **described(said["description"]),
        "url": canonical_url(said["url"]) or None,
        "cost": said["cost"] or None,
        "categories": said["categories"] or None,
        "location_type": said["location_type"],
        "location": None if virtual else full_location(said),
        "city": None if virtual else said["city"] or None,
        "region": None if virtual else said["region"] or None,
    }


def event(form: EventForm, now: dt.datetime, status: str) -> Event:
    """Return an unsaved submission, under the id of what waits or is listed where that was sent before."""
    values = attributes(form)
    start = values.pop("start_datetime")
    return Event(
        _event_id(values, start),
        start,
        **values,
        excerpt=Event.excerpt_of(values["description"]),
        source_type="submission",
        status=status,
        submitted_by=form.cleaned_data["submitter_email"],
        submitted_at=now,
        created_at=now,
        updated_at=now,
        changed_at=now,
    )


def _event_id(values: dict[str, Any], start: dt.datetime) -> str:
    """Return the id of an event; what was rejected or withdrawn under it stands in nobody's way.

    Numbered and not random while it can be, so that what is sent twice meets itself.
    """
    again = (f"submitted anew {number}" for number in range(2, MOST_ANEW))
    for uid in ("", *again):
        event_id = Event.identify(
            values["url"] or "", values["title"], start, all_day=values["all_day"], uid=uid
        )
        found = Event.find(event_id)
        if found is None or found.status != REJECTED:
            return event_id
    return Event.identify("", values["title"], start, all_day=False, uid=secrets.token_hex())


def initial(event: Event) -> dict[str, Any]:
    """Return what the form says of an event."""
    days = _days(event)
    zone = event.timezone
    said: dict[str, Any] = {
        "title": event.title,
        "all_day": event.all_day,
        "timezone": zone or settings.SITE_TIMEZONE,
        "location_type": event.location_type,
        "location": event.location or "",
        "city": event.city or "",
        "region": event.region or "",
        "url": event.url or "",
        "cost": event.cost or "",
        "categories": list(event.categories or ()),
        "description": event.markdown or event.description or "",
        "submitter_email": event.submitted_by,
    }
    if event.all_day:
        first, last = event.start_datetime.date(), event.last_day
        return said | {"date": first, "end_date": last if last > first else None}
    for number, (start, end) in enumerate(days, 1):
        suffix = "" if number == 1 else f"_{number}"
        begins, ends = in_zone(start, zone), in_zone(end, zone)
        said |= {f"date{suffix}": begins.date(), f"time{suffix}": begins.time()}
        if end > start:
            said[f"end_time{suffix}"] = ends.time()
        if not suffix and ends.date() > begins.date():
            said["end_date"] = ends.date()
    return said


def _days(event: Event) -> list[tuple[dt.datetime, dt.datetime]]:
    sessions = [(each["start"], each["end"] or each["start"]) for each in event.session_times]
    known: list[Any] = sessions[: len(MORE_DAYS) + 1]
    return known or [(event.start_datetime, max(event.end_datetime, event.start_datetime))]
