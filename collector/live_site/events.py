"""`_single_events`: a file per event that has no feed."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from collector.announce import canonical_url
from collector.attendance import location_type
from collector.live_site import reading as read
from collector.live_site.categories import warn_of_unknown
from collector.live_site.files import SourceFile
from collector.live_site.legacy import legacy_hashes
from collector.live_site.reading import Reading, read_keys
from collector.place import locate
from dctech.moderation import ApprovalMetadata
from events.models import Event

KEYS: Mapping[str, read.Converter] = {
    "title": read.text,
    "date": read.day,
    "time": read.times,
    "end_date": read.day,
    "url": read.address,
    "location": read.one_line,
    "cost": read.text,
    "description": read.text,
    "categories": read.words,
    "submitted_by": read.submitter,
}
GOVERNED = (
    *("title", "url", "cost", "description", "categories", "submitted_by", "locks", "feed_values"),
    *("start_datetime", "end_datetime", "all_day", "sessions"),
    *("location", "location_type", "city", "region"),
)
"""The attributes that follow the file for as long as nobody has edited them here."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an event is, in the words of `Event`: wall time, `end` exclusive."""

    start: dt.datetime
    end: dt.datetime
    all_day: bool
    sessions: list[dict[str, str]] | None


def read_event(file: SourceFile, known_categories: Collection[str]) -> Reading:
    """Return an event's values; raise BrokenFile when it has no title or no date."""
    reading = read_keys(file, KEYS, required=["title", "date"])
    _check_days(reading)
    warn_of_unknown(reading, known_categories)
    return reading


def _check_days(reading: Reading) -> None:
    date, end_date = reading.values["date"], reading.values.get("end_date")
    stem = reading.file.stem
    if stem[:4].isdigit() and not stem.startswith(date):
        reading.warn(
            "date", f"the file is named {stem[:10]} and its date is {date}: the date is right"
        )
    if end_date and end_date < date:
        reading.put_aside("end_date", "end_date lies before the date: kept as it is")
        end_date = None
    time = reading.values.get("time")
    if isinstance(time, dict):
        outside = [day for day in time if not date <= day <= (end_date or max(time))]
        if outside:
            days = ", ".join(outside)
            reading.warn("time", f"time names {days}, which is no day of the event: kept")


def schedule(date: str, time: str | Mapping[str, str] | None, end_date: str | None) -> Schedule:
    """Return when an event is that starts on `date`, to the end of `end_date`.

    Where `time` has times for single days, each is a session that starts and ends at once: how long it lasts is
    unknown. The event starts when its first day does; a first day without a time makes it an event of whole days,
    so that its page reads "April 20 to 23, on the 21st from 14:00" and invents no opening.
    """
    by_day = dict(time) if isinstance(time, Mapping) else {}
    opening = by_day.get(date) if isinstance(time, Mapping) else time
    last = end_date or max([date, *by_day])
    start = _at(date, opening)
    timed_day = opening and last == date
    end = start if timed_day else _at(last, None) + dt.timedelta(days=1)
    moments = [_at(day, clock).isoformat() for day, clock in sorted(by_day.items())]
    sessions = [{"start": moment, "end": moment} for moment in moments]
    return Schedule(start, end, not opening, sessions or None)


def _at(day: str, clock: str | None) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{clock or '00:00'}")


def event_of(reading: Reading, now: dt.datetime) -> Event:
    """Return the event a file describes, approved. `expire` gives it its ttl."""
    values = dict(reading.values)
    when = schedule(values.pop("date"), values.pop("time", None), values.pop("end_date", None))
    url = canonical_url(values.get("url") or "")
    event = Event(
        event_id=Event.identify(url, values["title"], when.start, all_day=when.all_day),
        start_datetime=when.start,
        end_datetime=when.end,
        all_day=when.all_day,
        sessions=when.sessions,
        source_type="single_event",
        status="approved",
        approval_metadata=ApprovalMetadata(approved_by="import", approved_at=now),
        submitted_at=now,
        created_at=now,
        updated_at=now,
        changed_at=now,
        imported=reading.imported(),
        **values,
    )
    put_in_place(event, str(reading.file.fields.get("location") or ""))
    return event


def identify_by_file(reading: Reading, event: Event) -> str:
    """Return the event_id for an event whose own one belongs to another: the file's name joins in."""
    url = canonical_url(event.url or "")
    return Event.identify(
        url, event.title, event.start_datetime, all_day=event.all_day, uid=reading.file.name
    )


def put_in_place(event: Event, location: str) -> None:
    """Set what follows from the location as the file has it: city, region and how people attend."""
    place = locate(read.without_lost_breaks(location))
    event.city, event.region = place.city or None, place.region or None
    event.location_type = location_type(
        event.location or "", url=event.url or "", summary=event.title
    )


def settle(event: Event, now: dt.datetime) -> None:
    """Set what follows from all the rest. An event that is long over stays as an archive: DynamoDB deletes by ttl."""
    event.excerpt = Event.excerpt_of(event.description)
    event.state = event.state_if_listed()
    expiry = event.expiry()
    event.ttl = expiry if expiry and expiry > now else None


def hashes(reading: Reading) -> set[str]:
    """Return the names that the old site can have had for this event."""
    values = reading.values
    time = values.get("time")
    url = reading.file.fields.get("url")
    return legacy_hashes(
        values["date"],
        time if isinstance(time, str) else "",
        values["title"],
        [url] if isinstance(url, str) else [],
    )


def said(event: Event) -> dict[str, Any]:
    """Return what a stored event says, in the file's keys; under a correction, what the file had said before it."""
    last = max(event.end_datetime - dt.timedelta.resolution, event.start_datetime)
    clock = None if event.all_day else f"{event.start_datetime:%H:%M}"
    by_day = {item["start"][:10]: item["start"][11:16] for item in event.sessions or ()}
    own = {key: getattr(event, key) for key in KEYS if key not in {"date", "time", "end_date"}}
    own |= {
        "date": event.start_datetime.date().isoformat(),
        "time": by_day or clock,
        "end_date": last.date().isoformat(),
    }
    return {key: (event.feed_values or {}).get(key, own[key]) for key in KEYS}
