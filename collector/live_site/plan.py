"""What an import does with one file: create, follow the file, or leave alone what people have edited. Pure."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from collector.live_site import categories, events, groups, overlays, series
from collector.live_site.files import SourceFile, parse
from collector.live_site.reading import FileWarning, Reading
from collector.models import Overlay
from dctech.moderation import Moderated
from events.models import Event
from groups.models import Group


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the five folders: how its files are read, and how a stored item says the same.

    `governed` are the attributes that follow the file.
    """

    folder: str
    noun: str
    read: Callable[[SourceFile], Reading]
    said: Callable[[Any], dict[str, Any]]
    governed: tuple[str, ...]


def kinds(known_categories: set[str]) -> dict[str, Kind]:
    """Return the kinds by folder."""
    known = known_categories

    def knowing(read: Callable[..., Reading]) -> Callable[[SourceFile], Reading]:
        return lambda file: read(file, known)

    found = [
        Kind("_groups", "group", knowing(groups.read_group), groups.said, groups.GOVERNED),
        Kind(
            "_categories",
            "category",
            categories.read_category,
            categories.said,
            categories.GOVERNED,
        ),
        Kind("_single_events", "event", knowing(events.read_event), events.said, events.GOVERNED),
        Kind(
            "_recurring_events", "series", knowing(series.read_series), series.said, ("definition",)
        ),
        Kind(
            "_overlay",
            "overlay",
            knowing(overlays.read_overlay),
            overlays.said,
            ("fields", "reason"),
        ),
    ]
    return {kind.folder: kind for kind in found}


@dataclass(slots=True)
class Planned:
    """One file's item as it is to be. `what` is new, changed, kept (edited here, left alone) or unchanged."""

    kind: Kind
    reading: Reading
    item: Any
    what: str
    old: Any | None = None
    writes: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    warnings: list[FileWarning] = field(default_factory=list)

    @property
    def object_id(self) -> str:
        name = self.item.event_id if isinstance(self.item, Event) else self.reading.file.stem
        return f"{self.kind.noun}#{name}"

    @property
    def is_pending(self) -> bool:
        """Whether it is a correction that still waits for its event."""
        return isinstance(self.item, Overlay) and self.item.event_id is None


def plan(
    kind: Kind, reading: Reading, wanted: Any, stored: Any | None, now: dt.datetime
) -> Planned:
    """Compare what a file wants with what is stored of it."""
    if stored is None:
        return Planned(kind, reading, wanted, "new", writes=True)
    imported = stored.imported
    if isinstance(stored, Overlay) and overlays.is_marker(stored):
        return _follow(kind, reading, wanted, stored, now)
    same = imported is not None and _sources(imported) == _sources(wanted.imported)
    edited = _edited(kind, stored)
    if imported is None or edited:
        return _keep(kind, reading, wanted, stored, edited, same=same)
    if same and not _finds_original(stored, wanted):
        return _unchanged(kind, reading, wanted, stored, now)
    return _follow(kind, reading, wanted, stored, now)


def _finds_original(stored: Any, wanted: Any) -> bool:
    """Tell whether the original of a duplicate, unknown at an earlier import, is known by now."""
    if not isinstance(stored, Event):
        return False
    waits = "duplicate_of" in (stored.locks or {}) and not stored.duplicate_of
    return waits and wanted.duplicate_of is not None


def _sources(imported: dict[str, Any]) -> tuple[Any, ...]:
    return imported["text"], imported.get("corrections")


def _edited(kind: Kind, stored: Any) -> list[str]:
    """Return the keys that somebody has edited here: that no longer say what the file said when it came in."""
    if stored.imported is None:
        return []
    base = kind.read(parse(stored.imported["file"], stored.imported["text"])).values
    said = kind.said(stored)
    edited = {key for key, value in base.items() if value is not None and said[key] != value}
    locks = getattr(stored, "locks", None) or {}
    return sorted(edited | {name for name, lock in locks.items() if lock["by"] != "import"})


def _keep(
    kind: Kind, reading: Reading, wanted: Any, stored: Any, edited: list[str], *, same: bool
) -> Planned:
    """Leave an item alone, but for the file's text: that is never lost."""
    why = f"edited here ({', '.join(edited)})" if edited else f"the {kind.noun} was here before"
    warning = FileWarning(reading.file.name, 1, f"kept: {why}, not overwritten")
    old = _copy(stored)
    stored.imported = wanted.imported
    if not same and isinstance(stored, Moderated):
        stored.version += 1
    return Planned(kind, reading, stored, "kept", old, writes=not same, warnings=[warning])


def _unchanged(kind: Kind, reading: Reading, wanted: Any, stored: Any, now: dt.datetime) -> Planned:
    if isinstance(stored, Overlay) and wanted.event_id and not stored.event_id:
        stored.event_id, stored.bound_at = wanted.event_id, now
        return Planned(kind, reading, stored, "changed", stored, writes=True)
    return Planned(kind, reading, stored, "unchanged", stored)


def _follow(kind: Kind, reading: Reading, wanted: Any, stored: Any, now: dt.datetime) -> Planned:
    """Take over what the file says now."""
    old = _copy(stored)
    before, after = kind.said(stored), kind.said(wanted)
    for name in (*kind.governed, "imported"):
        setattr(stored, name, getattr(wanted, name))
    if isinstance(stored, Event):
        _follow_event(stored, wanted, old, now)
    elif isinstance(stored, Group):
        stored.mark_activity()
        stored.updated_at = now
        stored.version = int(stored.version) + 1
    elif isinstance(stored, Overlay):
        # Another correction than the one that was bound: it waits for its event again.
        stored.event_id, stored.bound_at = wanted.event_id, wanted.bound_at
    differ = [key for key in after if before[key] != after[key]]
    return Planned(
        kind,
        reading,
        stored,
        "changed",
        old,
        writes=True,
        before={key: before[key] for key in differ},
        after={key: after[key] for key in differ},
    )


def _follow_event(event: Event, wanted: Event, old: Event, now: dt.datetime) -> None:
    corrected = {*(old.locks or {}), *(wanted.locks or {})}
    for name in ("hidden", "duplicate_of"):
        if name in corrected:
            setattr(event, name, getattr(wanted, name))
    if event.start_datetime != old.start_datetime:
        event.previous_start = old.start_datetime
        event.sequence = int(old.sequence) + 1
    event.updated_at = event.changed_at = now
    event.version = int(old.version) + 1
    events.settle(event, now)


def _copy(item: Any) -> Any:
    return type(item)(**item.attribute_values)
