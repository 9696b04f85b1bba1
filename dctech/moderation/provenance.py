"""Where each thing an item says comes from: the newest who set it, a lock above all, else what it came with."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from dctech.models import History
from dctech.moderation.item import Moderated
from dctech.moderation.reviews import ASIDE
from dctech.moderation.values import plain


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said it, when and why.

    `by` is as in History, besides `page:<address>` for an event's own page and `import:<file>` for the old site's.
    """

    by: str
    at: dt.datetime | None
    reason: str | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One field of an item, what it says and where that comes from."""

    name: str
    value: Any
    origin: Origin


def provenance(
    item: Moderated,
    names: Iterable[str],
    entries: Sequence[History],
    *,
    locks: Mapping[str, Mapping[str, Any]],
    governed: Mapping[str, Sequence[str]],
    collected: Mapping[str, Origin] | None,
) -> Iterator[Said]:
    """Yield what an item says, in the order of `names`; nothing for what it does not say.

    `entries` is its history, newest first; `governed` names the locks that decide a field besides its own;
    `collected` holds what a feed or an event's page says, None for an item without a feed.
    """
    first = beginning(item, entries)
    for name in names:
        value = getattr(item, name)
        lock = next((locks[n] for n in (name, *governed.get(name, ())) if n in locks), None)
        if lock is not None:
            yield Said(name, value, _of_lock(lock))
        elif value in (None, "", [], False):
            continue
        elif collected is not None:
            yield Said(name, value, _as_read(collected.get(name) or collected[""], name, entries))
        else:
            yield Said(name, value, _setting(name, plain(value), entries) or first)


def beginning(item: Moderated, entries: Sequence[History]) -> Origin:
    """Return whom an item came from: a file of the old site, staff who added it, or its submitter."""
    if imported := getattr(item, "imported", None):
        return Origin(f"import:{imported.get('file', '')}", item.created_at)
    added = next((e for e in reversed(entries) if e.action in {"added", "submitted"}), None)
    if added:
        return Origin(added.by, added.at, added.reason)
    return Origin("submitter" if item.submitted_by else "unknown", item.submitted_at)


def _of_lock(lock: Mapping[str, Any]) -> Origin:
    at = None
    with suppress(ValueError):  # an import before this one noted no time
        at = dt.datetime.fromisoformat(lock.get("at") or "")
    return Origin(lock["by"], at, lock.get("reason"), locked=True)


def _as_read(origin: Origin, name: str, entries: Sequence[History]) -> Origin:
    """Return where a collected value comes from, since when if a record tells of its last change."""
    if origin.by.startswith("feed:"):
        for entry in entries:
            if entry.by == origin.by and name in (entry.after or {}):
                return replace(origin, at=entry.at)
    return origin


def _setting(name: str, value: Any, entries: Sequence[History]) -> Origin | None:
    """Return who set a field to what it says; what was taken back or restored is whose it was before that."""
    returned = False
    for entry in entries:
        after = entry.after or {}
        if name not in after or entry.action in ASIDE:
            continue
        if entry.action in {"undone", "restored"}:
            returned = True
        elif not returned or after[name] == value:
            return Origin(entry.by, entry.at, entry.reason)
    return None
