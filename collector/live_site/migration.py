"""The import as a whole: read the files, say what there is to do, do it, and check that nothing was lost."""

import datetime as dt
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from collector.live_site import categories, events, groups, overlays, series, stored
from collector.live_site.files import BrokenFile, Folder, read_site
from collector.live_site.plan import Planned, kinds, plan
from collector.live_site.reading import FileWarning, Reading
from collector.live_site.report import Report, report_on
from collector.live_site.roundtrip import losses
from collector.models import Overlay
from dctech.dynamodb import Table
from dctech.models import CalendarVersion
from dctech.moderation import ApprovalMetadata
from events.models import Category, Event

WRITERS = 8
"""Threads that write: one item takes a round trip, and they wait for nothing of each other."""


def import_site(directory: Path, now: dt.datetime, *, dry_run: bool = False) -> Report:
    """Bring in the old site's files; raise NotALiveSite when the directory has none of its folders."""
    migration = Migration(read_site(directory), now)
    everything = migration.plan()
    markers = migration.new_markers()
    if not dry_run:
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(migration.write, everything))
        for marker in markers:
            stored.write_marker(marker)
    report = report_on(migration.folders, migration.broken, everything)
    report.markers = len(migration.targets)
    report.writes = sum(planned.writes for planned in everything) + len(markers)
    if report.writes and not dry_run:
        CalendarVersion.bump()
    report.keys = sum(len(planned.reading.file.fields) for planned in everything)
    report.losses = _losses(everything, dry_run=dry_run)
    return report


class Migration:
    """One import: the files as read, and what the tables hold of them."""

    def __init__(self, folders: list[Folder], now: dt.datetime) -> None:
        self.folders = folders
        self.now = now
        self.broken = [broken for folder in folders for broken in folder.broken]
        self.kinds = kinds(_known_categories(folders))
        self.readings = {folder.name: self._read(folder) for folder in folders}
        self.overlays = {reading.file.stem: reading for reading in self.readings["_overlay"]}
        named = (reading.values.get("duplicate_of") for reading in self.overlays.values())
        self.targets = sorted({str(name) for name in named if name} - self.overlays.keys())
        keys = [("overlays", name) for name in sorted({*self.overlays, *self.targets})]
        self.known = stored.by_key(Overlay, keys)
        self.event_ids = {
            name: overlay.event_id for (_, name), overlay in self.known.items() if overlay.event_id
        }
        """Old hash -> our event_id, where it is known."""
        self.matched: dict[str, str] = {}
        """The same of the events that come in here themselves; the others are for the collection to bind."""

    def _read(self, folder: Folder) -> list[Reading]:
        found = []
        for file in folder.files:
            try:
                found.append(self.kinds[folder.name].read(file))
            except BrokenFile as broken:
                self.broken.append(broken)
        return found

    def plan(self) -> list[Planned]:
        """Return what there is to do with every file that could be read."""
        # Events before overlays: an overlay is bound to an event that is known by then.
        return [
            *self._plan_groups(),
            *self._plan_by_key("_categories", categories.category_of),
            *self._plan_events(),
            *self._plan_by_key("_recurring_events", series.series_of),
            *self._plan_by_key("_overlay", self._overlay),
        ]

    def _plan_groups(self) -> list[Planned]:
        names = [reading.file.stem for reading in self.readings["_groups"]]
        there = stored.groups(names)
        slugs = groups.assign_slugs(names, {name: group.slug for name, group in there.items()})
        planned = []
        for reading in self.readings["_groups"]:
            group = groups.group_of(reading, slugs[reading.file.stem])
            group.created_at = group.updated_at = group.submitted_at = self.now
            group.approval_metadata = ApprovalMetadata(approved_by="import", approved_at=self.now)
            planned.append(self._plan(reading, group, there.get(group.group_id)))
        return planned

    def _plan_by_key(self, folder: str, item_of: Callable[[Reading], Table]) -> list[Planned]:
        wanted = [(reading, item_of(reading)) for reading in self.readings[folder]]
        if not wanted:
            return []
        there = stored.by_key(type(wanted[0][1]), [stored.key_of(item) for _, item in wanted])
        return [
            self._plan(reading, item, there.get(stored.key_of(item))) for reading, item in wanted
        ]

    def _plan_events(self) -> list[Planned]:
        wanted = [
            (reading, events.event_of(reading, self.now))
            for reading in self.readings["_single_events"]
        ]
        there = self._find(wanted)
        for reading, event in wanted:
            for name in events.hashes(reading) & {*self.overlays, *self.targets}:
                self.matched.setdefault(name, event.event_id)
        self.event_ids |= self.matched
        for reading, event in wanted:
            for name in sorted(events.hashes(reading) & self.overlays.keys()):
                overlays.correct(event, self.overlays[name], self.event_ids, self.now)
            events.settle(event, self.now)
        return [
            self._plan(reading, event, there.get(reading.file.name)) for reading, event in wanted
        ]

    def _find(self, wanted: list[tuple[Reading, Event]]) -> dict[str, Event]:
        """Return by file what an earlier import made of these events, and give each its event_id for good."""
        others = {r.file.name: events.identify_by_file(r, event) for r, event in wanted}
        there = stored.events_by_id({*(event.event_id for _, event in wanted), *others.values()})
        found = {
            reading.file.name: there[event_id]
            for reading, event in wanted
            for event_id in (others[reading.file.name], event.event_id)
            if event_id in there and _is_from(there[event_id], reading)
        }
        if len(found) < len(wanted):  # new ones, or ones whose file says something else by now
            found = {**stored.events_by_file(), **found}
        taken = {*there, *(event.event_id for event in found.values())}
        for reading, event in wanted:
            if earlier := found.get(reading.file.name):
                event.event_id = earlier.event_id
            elif event.event_id in taken:
                event.event_id = others[reading.file.name]
                reading.warn("title", "another event has the same url, title and start: both stay")
            taken.add(event.event_id)
        return found

    def _overlay(self, reading: Reading) -> Overlay:
        overlay = overlays.overlay_of(reading)
        self._bind(overlay)
        return overlay

    def _bind(self, overlay: Overlay) -> None:
        if event_id := self.matched.get(overlay.sort):
            overlay.event_id, overlay.bound_at = event_id, self.now

    def _plan(self, reading: Reading, wanted: Table, there: Table | None) -> Planned:
        return plan(self.kinds[reading.file.folder], reading, wanted, there, self.now)

    def new_markers(self) -> list[Overlay]:
        """Return the items for targets of a `duplicate_of` that have no file and no item yet."""
        markers = [
            Overlay("overlays", name)
            for name in self.targets
            if ("overlays", name) not in self.known
        ]
        for marker in markers:
            self._bind(marker)
        return markers

    def write(self, planned: Planned) -> None:
        """Store what was planned, with its History record; what somebody else wrote meanwhile is left alone."""
        if not planned.writes:
            return
        action = {"new": "imported", "kept": "file kept"}.get(planned.what, "changed")
        record = stored.history(planned.object_id, action, planned.before, planned.after, self.now)
        try:
            stored.write(planned.item, planned.old, record)
        except stored.WrittenMeanwhile:
            message = "kept: somebody wrote it during the import, run it again"
            planned.what, planned.writes = "kept", False
            planned.warnings.append(FileWarning(planned.reading.file.name, 1, message))


def _known_categories(folders: Iterable[Folder]) -> set[str]:
    described = {
        file.stem for folder in folders if folder.name == "_categories" for file in folder.files
    }
    return described | {category.slug for category in Category.all()}


def _is_from(event: Event, reading: Reading) -> bool:
    return bool(event.imported) and event.imported["file"] == reading.file.name


def _losses(everything: list[Planned], *, dry_run: bool) -> list[FileWarning]:
    """Read every item again (in a dry run: what would be stored, once through its stored form), and compare."""
    found: list[FileWarning] = []
    for kind in {planned.kind.folder: planned.kind for planned in everything}.values():
        of_kind = [planned for planned in everything if planned.kind is kind]
        again = _as_stored(of_kind) if dry_run else _read_again(of_kind)
        for planned in of_kind:
            found += losses(planned, again.get(stored.key_of(planned.item)))
    return found


def _as_stored(everything: list[Planned]) -> dict[Any, Table]:
    items = [planned.item for planned in everything]
    return {stored.key_of(item): type(item).from_raw_data(item.serialize()) for item in items}


def _read_again(everything: list[Planned]) -> dict[Any, Table]:
    keys = [stored.key_of(planned.item) for planned in everything]
    return stored.by_key(type(everything[0].item), keys)
