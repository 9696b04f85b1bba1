"""What became of an item, and the ways back: undo one change, restore a version or what was deleted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from dctech.api.acting import act_of, check_seen, check_seen_last, found, refused, refusing
from dctech.api.auth import caller_of
from dctech.api.cursors import Cursors
from dctech.api.problems import Problem
from dctech.api.staff_schemas import HistoryOut, Page, Restoring, Undoing
from dctech.api.staffed import Staffed, named, told
from dctech.models import History
from dctech.moderation import Moderated, NothingToUndo
from dctech.moderation.deletions import Deletion


def add_history(router: Router, staffed: Staffed) -> None:
    kind, model, out, address = staffed.kind, staffed.model, staffed.out, staffed.address
    key_in_path = staffed.key_in_path

    @router.get(
        f"{address}/history",
        response=HistoryOut,
        summary=f"Tell what became of {staffed.one}, newest first",
        **named(f"read_{kind}_history", 400, 404),
    )
    def history(request: HttpRequest, page: Query[Page], key: str = key_in_path) -> dict[str, Any]:
        caller_of(request).require(kind, "view")
        return _history(kind, key, page)

    @router.post(
        f"{address}/undo",
        response=out,
        summary=f"Take one change of {staffed.one} back",
        **named(f"undo_{kind}", 400, 404, 409, 412),
    )
    def undo(
        request: HttpRequest,
        response: HttpResponse,
        body: Undoing | None = None,
        key: str = key_in_path,
    ) -> Any:
        caller, said = caller_of(request), body or Undoing(entry_id=None, version=None)
        caller.require(kind, "view")
        item = found(model, key)
        entry = _entry(item, said.entry_id)
        caller.require(kind, *_needed(_own(item, entry)))
        check_seen(request, item, said.version)
        with refusing():
            item.undo(entry, act_of(request))
        return told(staffed, response, item)

    @router.post(
        f"{address}/restore",
        response=out,
        summary=f"Make {staffed.one} what it was, or bring a deleted one back",
        **named(f"restore_{kind}", 400, 404, 409, 412),
    )
    def restore(
        request: HttpRequest,
        response: HttpResponse,
        body: Restoring | None = None,
        key: str = key_in_path,
    ) -> Any:
        caller, said = caller_of(request), body or Restoring(entry_id=None, version=None)
        caller.require(kind, "view")
        if said.entry_id is None:
            caller.require(kind, "delete")
            return told(staffed, response, _revived(request, model, key, said.version))
        item = found(model, key)
        with refusing():
            caller.require(kind, *_needed(item.back_to(said.entry_id)))
            check_seen(request, item, said.version)
            item.restore(said.entry_id, act_of(request))
        return told(staffed, response, item)


def _history(kind: str, key: str, page: Page) -> dict[str, Any]:
    cursors = Cursors(f"{kind}-history", {"of": key})
    object_id = f"{kind}#{key}"
    start = None
    if page.cursor:
        start = {"object_id": {"S": object_id}, "entry_id": {"S": cursors.read(page.cursor)}}
    entries = list(
        History.query(
            object_id, scan_index_forward=False, limit=page.limit + 1, last_evaluated_key=start
        )
    )
    if not entries:
        raise Problem(404, f"There is no such {kind}.")
    shown = entries[: page.limit]
    more = len(entries) > len(shown)
    return {
        "entries": shown,
        "next": cursors.write(shown[-1].entry_id) if more else None,
    }


def _entry(item: Moderated, entry_id: str | None) -> History:
    """Return an entry of an item's history, the last one if none is named; raise Problem 404 or 409."""
    if entry_id is None:
        newest = next(item.history(), None)
        if newest is None:
            raise refused(NothingToUndo())
        return newest
    try:
        return History.get(item.object_id, entry_id or "-", consistent_read=True)
    except History.DoesNotExist:
        raise Problem(404, "There is no such entry in its history.") from None


def _own(item: Moderated, entry: History) -> set[str]:
    """Return the fields that an entry has changed; raise Problem 409 where there is no way back."""
    names = set(entry.before or {}) & set(item.get_attributes())
    if entry.action == "deleted" or not names:
        raise refused(NothingToUndo())
    return names


def _needed(fields: Any) -> set[str]:
    from dctech.admin.panel_acts import needed  # noqa: PLC0415 - the admin, which only the staff need

    return needed(fields)


def _revived(
    request: HttpRequest, model: type[Moderated], key: str, version: int | None
) -> Moderated:
    deletion = Deletion.of(model.KIND, key)
    if deletion is None:
        raise Problem(404, f"No such {model.KIND} was deleted of late, or it is there again.")
    entry = deletion.entry
    check_seen_last(request, entry, version)
    with refusing():
        return model.revive(entry, act_of(request))
