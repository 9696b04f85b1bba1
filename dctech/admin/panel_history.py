"""An item's history on its admin page, with a way back to each of its versions."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from dctech.admin.panel_acts import carry_out, find, may, needed, require
from dctech.admin.wording import field_label, shortened, told, who
from dctech.models import History
from dctech.moderation import Act, Moderated, NothingToUndo
from dctech.moderation.reviews import ASIDE
from dctech.moderation.values import plain

SHOWN = 100
"""Entries on the page, the newest ones."""

NOT_TOLD = {"locks", "approval_metadata", "feed_values", "feed_hash"}
"""What follows from something else that is told, or has a panel of its own."""


def history_panel(request: HttpRequest, item: Moderated) -> dict[str, Any] | None:
    entries = list(islice(item.history(), SHOWN + 1))
    if not entries:
        return None
    rows = [_row(request, item, *each) for each in _versions(item, entries[:SHOWN])]
    return {
        "title": "History",
        "template": "moderation/history.html",
        "context": {"rows": rows, "more": len(entries) > SHOWN, "shown": SHOWN},
    }


@require_POST
def undo(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Take one change back."""
    require(request, kind, "view")
    item, entry = find(kind, key), _entry(kind, key, request.POST.get("entry", ""))
    needs = _to_undo(item, entry)
    require(request, kind, *needs)

    def do(act: Act) -> str:
        if not needs:
            raise NothingToUndo
        item.undo(entry, act)
        return f"Taken back: “{entry.action}” by {who(entry.by)}."

    return carry_out(request, item, do)


@require_POST
def restore(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Bring the item back to what it was after an entry of its history."""
    require(request, kind, "view")
    item, entry = find(kind, key), _entry(kind, key, request.POST.get("entry", ""))
    require(request, kind, *needed(item.back_to(entry.entry_id)))

    def do(act: Act) -> str:
        item.restore(entry.entry_id, act)
        return f"It is again as it was on {entry.at:%Y-%m-%d %H:%M} UTC."

    return carry_out(request, item, do)


def _versions(item: Moderated, entries: Iterable[History]) -> Iterator[tuple[History, set[str]]]:
    """Yield each entry with the fields that differ now from what they were right after it."""
    known = item.get_attributes()
    then: dict[str, Any] = {}
    for entry in entries:
        yield (
            entry,
            {n for n, v in then.items() if (plain(getattr(item, n)) or None) != (v or None)},
        )
        if entry.action not in {"deleted", *ASIDE}:
            then |= {name: v for name, v in (entry.before or {}).items() if name in known}


def _row(
    request: HttpRequest, item: Moderated, entry: History, differs: set[str]
) -> dict[str, Any]:
    undoing = _to_undo(item, entry)
    restoring = needed(differs) if entry.action not in ASIDE else set()
    return {
        "entry": entry,
        "who": who(entry.by),
        "changes": _changes(item.KIND, entry),
        "may_undo": bool(undoing) and may(request, item.KIND, *undoing),
        "may_restore": bool(restoring) and may(request, item.KIND, *restoring),
    }


def _to_undo(item: Moderated, entry: History) -> set[str]:
    """Return what one must be allowed to, to take a change back; nothing where there is no way back."""
    if entry.action in {"deleted", *ASIDE}:
        return set()
    return needed(set(entry.before or {}) & set(item.get_attributes()))


def _changes(kind: str, entry: History) -> list[dict[str, Any]]:
    if entry.action == "deleted":
        return []  # it was the whole item
    before, after = entry.before or {}, entry.after or {}
    names = [name for name in told({**before, **after}) if name not in NOT_TOLD]
    return [
        {
            "label": field_label(kind, name),
            "before": shortened(before.get(name)),
            "after": shortened(after.get(name)),
        }
        for name in names
    ]


def _entry(kind: str, key: str, entry_id: str) -> History:
    try:
        return History.get(f"{kind}#{key}", entry_id or "-", consistent_read=True)
    except History.DoesNotExist:
        raise Http404("There is no such entry.") from None
