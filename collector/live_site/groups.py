"""`_groups`: a file per group, named by its id."""

import logging
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from collector.live_site import reading as read
from collector.live_site.categories import warn_of_unknown
from collector.live_site.files import FOLDERS, BrokenFile, NotALiveSite, SourceFile, read_folder
from collector.live_site.reading import Reading, read_keys
from groups.models import Group

logger = logging.getLogger(__name__)

KEYS: Mapping[str, read.Converter] = {
    "name": read.text,
    "active": read.boolean,
    "website": read.address,
    "ical": read.feed_address,
    "fallback_url": read.address,
    "scan_for_metadata": read.boolean,
    "categories": read.words,
    "suppress_urls": read.suppressed,
    "supress_urls": read.suppressed,
    "suppress_guid": read.boolean,
    "skip_phrases": read.words,
    "submitted_by": read.submitter,
}
_CLEAN = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
MISSPELT, RIGHT = "supress_urls", "suppress_urls"
GOVERNED = tuple(key for key in KEYS if key != MISSPELT)
"""The attributes that follow the file for as long as nobody has edited them here."""


def read_group(file: SourceFile, known_categories: Collection[str]) -> Reading:
    """Return a group's values; raise BrokenFile when it has no name."""
    reading = read_keys(file, KEYS, required=["name"])
    if MISSPELT in reading.values:
        if RIGHT in file.fields:
            reading.put_aside(MISSPELT, f"{MISSPELT} is there beside {RIGHT}: kept as it is")
        else:
            reading.warn(MISSPELT, f"{MISSPELT} is read as {RIGHT}")
    warn_of_unknown(reading, known_categories)
    return reading


def group_of(reading: Reading, slug: str) -> Group:
    """Return the group a file describes: approved, and active as it says. Its moments are the importer's to set."""
    values = {key: value for key, value in reading.values.items() if value is not None}
    if MISSPELT in values:
        values[RIGHT] = values.pop(MISSPELT)
    group = Group(
        group_id=reading.file.stem,
        slug=slug,
        status="approved",
        imported=reading.imported(),
        **values,
    )
    group.mark_activity()
    return group


def said(group: Group) -> dict[str, Any]:
    """Return what a stored group says, in the file's keys and as `read_group` converts them."""
    return {key: getattr(group, RIGHT if key == MISSPELT else key) for key in KEYS}


def assign_slugs(group_ids: Iterable[str], taken: Mapping[str, str]) -> dict[str, str]:
    """Return a slug for each id, unique among them and those in `taken` (id -> slug), which keep theirs.

    An id that is a clean slug is its own; the others get what is left.
    """
    slugs = dict(taken)
    wanted = {
        name: name if _CLEAN.fullmatch(name) else Group.slug_for(name)
        for name in group_ids
        if name not in taken
    }
    for name in sorted(wanted, key=lambda name: (wanted[name] != name, name)):
        slug, number, used = wanted[name], 1, set(slugs.values())
        while slug in used:
            number += 1
            slug = f"{wanted[name]}-{number}"
        slugs[name] = slug
    return slugs


def read_groups(directory: Path) -> list[Group]:
    """Return the groups of the old site's folder, unsaved, by id: for a parallel period that reads them from there.

    A broken file is logged and left out. Raises NotALiveSite when there is no `_groups`.
    """
    if not (directory / FOLDERS[0]).is_dir():
        raise NotALiveSite(f"{directory} has no folder {FOLDERS[0]}.")
    folder = read_folder(directory, FOLDERS[0])
    for broken in folder.broken:
        logger.error("Left out: %s", broken)
    readings = [reading for file in folder.files if (reading := _read_or_log(file))]
    slugs = assign_slugs([reading.file.stem for reading in readings], {})
    return [group_of(reading, slugs[reading.file.stem]) for reading in readings]


def _read_or_log(file: SourceFile) -> Reading | None:
    try:
        return read_group(file, ())
    except BrokenFile as broken:
        logger.error("Left out: %s", broken)  # noqa: TRY400 - the message says all; it is no fault of ours
        return None
