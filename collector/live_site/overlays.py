"""`_overlay`: a file per correction by a moderator, named by the old hash of the event it corrects."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from collector.live_site import reading as read
from collector.live_site.categories import warn_of_unknown
from collector.live_site.events import put_in_place
from collector.live_site.files import SourceFile, Value
from collector.live_site.reading import Reading, UnreadableError, Warn, read_keys
from collector.models import Overlay
from events.models import Event

_HASH = re.compile(r"[0-9a-f]{32}")
KINDS = {"in_person", "virtual", "hybrid"}


def _kind(value: Value, warn: Warn) -> str:
    if (kind := read.text(value, warn)) not in KINDS:
        raise UnreadableError(f"is none of {', '.join(sorted(KINDS))}")
    return kind


def _hash(value: Value, warn: Warn) -> str:
    name = read.text(value, warn).strip().lower()
    if not _HASH.fullmatch(name):
        raise UnreadableError("is not the hash of an event")
    return name


def _protected(_value: Value, _warn: Warn) -> None:
    raise UnreadableError("is for the event's source to say and is not corrected")


KEYS: Mapping[str, read.Converter] = {
    "categories": read.words,
    "location_type": _kind,
    "title": read.text,
    "location": read.one_line,
    "time": read.clock,
    "description": read.text,
    "hidden": read.boolean,
    "duplicate_of": _hash,
    **dict.fromkeys(
        ("group", "date", "start_date", "end_date", "source", "guid", "uid"), _protected
    ),
}


def read_overlay(file: SourceFile, known_categories: Collection[str]) -> Reading:
    """Return a correction's values; those of a protected key are kept aside and never apply."""
    reading = read_keys(file, KEYS)
    if not _HASH.fullmatch(file.stem):
        reading.warn("", "the file's name is not the hash of an event: nothing can match it")
    if reading.values.get("duplicate_of") == file.stem:
        reading.put_aside("duplicate_of", "duplicate_of names the event itself: kept as it is")
    if not fields_of(reading):
        reading.warn("", "it corrects nothing")
    warn_of_unknown(reading, known_categories)
    return reading


def fields_of(reading: Reading) -> dict[str, Any]:
    return {key: value for key, value in reading.values.items() if value is not None}


def reason_of(file: SourceFile) -> str | None:
    """Return the comments as the moderator's reason, one a line."""
    return "\n".join(comment.lstrip("# \t") for comment in file.comments) or None


def overlay_of(reading: Reading) -> Overlay:
    return Overlay(
        "overlays",
        reading.file.stem,
        fields=fields_of(reading),
        reason=reason_of(reading.file),
        imported=reading.imported(),
    )


def said(overlay: Overlay) -> dict[str, Any]:
    return {key: (overlay.fields or {}).get(key) for key in KEYS}


def is_marker(overlay: Overlay) -> bool:
    """Tell whether it stands only for the target of a `duplicate_of`."""
    return overlay.fields is None and overlay.imported is None


def correct(event: Event, reading: Reading, targets: Mapping[str, str], now: dt.datetime) -> None:
    """Lay a correction over an imported event: as locks, whose reason is the comment.

    `targets` gives our event_id for an old hash; a `duplicate_of` without a known target is locked, and hides nothing.
    """
    fields, reason = fields_of(reading), reason_of(reading.file)
    for name, value in fields.items():
        lock = {
            "value": value,
            "by": "import",
            "at": now.isoformat(timespec="seconds"),
            "reason": reason,
        }
        event.locks = {**(event.locks or {}), name: lock}
        event.feed_values = {**(event.feed_values or {}), name: _current(event, name)}
    for name in ("title", "categories", "description", "hidden", "location"):
        if name in fields:
            setattr(event, name, fields[name])
    if "location" in fields:
        put_in_place(event, str(reading.file.fields["location"]))
    event.location_type = fields.get("location_type", event.location_type)
    event.duplicate_of = targets.get(fields.get("duplicate_of", ""))
    if "time" in fields:
        _set_time(event, fields["time"])
    corrections = {**event.imported.get("corrections", {}), reading.file.name: reading.file.text}
    event.imported = {**event.imported, "corrections": corrections}


def _current(event: Event, name: str) -> Any:
    if name == "time":
        return None if event.all_day else f"{event.start_datetime:%H:%M}"
    return getattr(event, name)


def _set_time(event: Event, clock: str) -> None:
    start = dt.datetime.combine(event.start_datetime, dt.time.fromisoformat(clock))
    one_day = event.end_datetime - event.start_datetime.replace(hour=0, minute=0) <= dt.timedelta(
        days=1
    )
    event.start_datetime, event.all_day = start, False
    if one_day:
        event.end_datetime = start
