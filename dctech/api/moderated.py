"""The staff's endpoints for one kind of moderated item: what the admin does, by HTTP."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field, create_model

from dctech.admin.queues import BadCursor, Cursor, queue_of
from dctech.api.acting import (
    act_of,
    check_seen,
    found,
    known_versions,
    refusing,
    unchanged,
)
from dctech.api.auth import STAFF, caller_of
from dctech.api.bulk import add_bulk
from dctech.api.histories import add_history
from dctech.api.private import private
from dctech.api.problems import Problem
from dctech.api.staff_schemas import Approval, Page, Rejection
from dctech.api.staffed import Staffed, named, reason_of, told
from dctech.moderation import PENDING, STATUSES, Moderated, NothingToUndo
from dctech.notices import decided


def staff_router(staffed: Staffed) -> Router:
    """Return the endpoints of a kind below /api/admin/<kind>s."""
    router = Router(auth=STAFF, tags=["Administration"])
    router.add_decorator(private, mode="view")
    _add_lists(router, staffed)
    add_bulk(router, staffed)
    _add_item(router, staffed)
    _add_decisions(router, staffed)
    add_history(router, staffed)
    return router


def _add_lists(router: Router, staffed: Staffed) -> None:
    kind, out = staffed.kind, staffed.out

    # Made by name: the description has one schema for all classes of one qualified name.
    following = Field(description="Send it as `cursor` for the next page.")
    items_of = (list[out], ...)  # type: ignore[valid-type]
    listed = create_model(
        f"{out.__name__}s", __base__=Schema, items=items_of, next=(str | None, following)
    )

    def add(status: str) -> None:
        @router.get(
            f"/{status}",
            response=listed,
            summary=f"List {status} {kind}s",
            **named(f"list_{status}_{kind}s", 400),
        )
        def items(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
            caller_of(request).require(kind, "view")
            return _page(staffed, status, page)

    for status in STATUSES:
        add(status)


def _page(staffed: Staffed, status: str, page: Page) -> dict[str, Any]:
    """Return some items of a queue, whole: the pending ones oldest first, the others newest first."""
    queue = queue_of(staffed.model, [status], oldest_first=status == PENDING)
    salt = f"api:{staffed.kind}:{status}"
    try:
        cursor = Cursor.read(page.cursor or "", salt)
        rows = list(queue.walk(page.limit + 1, cursor))
    except (BadCursor, TypeError, ValueError) as error:
        raise Problem(400, errors=[("cursor", "It was not made by this endpoint.")]) from error
    shown = rows[: page.limit]
    following = Cursor(queue.key(shown[-1])).token(salt) if len(rows) > len(shown) else None
    whole = {item.key: item for item in _whole(staffed.model, shown)}
    items = [whole[row.key] for row in shown if row.key in whole]
    listed = [staffed.shown(item) for item in items if item.status == status]
    return {"items": listed, "next": following}


def _whole(model: type[Moderated], rows: list[Any]) -> Iterator[Any]:
    """Return the items that rows of an index stand for, in as few requests as can be."""
    names = [n for n in (model._hash_keyname, model._range_keyname) if n]  # noqa: SLF001 - it has no other name
    keys = [tuple(getattr(row, name) for name in names) for row in rows]
    asked: list[Any] = list(keys) if len(names) > 1 else [key for (key,) in keys]
    return iter(model.batch_get(asked, consistent_read=True) if asked else ())


def _add_item(router: Router, staffed: Staffed) -> None:
    kind, model, out, edited = staffed.kind, staffed.model, staffed.out, staffed.edit
    address, key_in_path = staffed.address, staffed.key_in_path

    @router.get(
        address,
        response={200: out, 304: None},
        summary=f"Read one {kind}",
        **named(f"read_staff_{kind}", 404),
    )
    def read(request: HttpRequest, response: HttpResponse, key: str = key_in_path) -> Status[Any]:
        caller_of(request).require(kind, "view")
        item = found(model, key)
        said = told(staffed, response, item)
        return Status(304, None) if unchanged(item, known_versions(request)) else Status(200, said)

    @router.put(
        address,
        response=out,
        summary=f"Edit {staffed.one}",
        **named(f"edit_{kind}", 400, 404, 409, 412),
    )
    def edit(
        request: HttpRequest,
        response: HttpResponse,
        body: edited,  # type: ignore[valid-type]
        key: str = key_in_path,
    ) -> Any:
        caller_of(request).require(kind, "change")
        item = found(model, key)
        said: dict[str, Any] = body.dict(exclude_unset=True)  # type: ignore[attr-defined]
        reason = said.pop("reason", None)
        check_seen(request, item, said.pop("version", None))
        changes = staffed.changes(item, said)
        with refusing(), suppress(NothingToUndo):  # it says so already
            item.edit(act_of(request, reason), changes)
        return told(staffed, response, item)

    @router.delete(
        address,
        response={204: None},
        summary=f"Delete {staffed.one}",
        **named(f"delete_{kind}", 400, 404, 409, 412),
    )
    def delete(request: HttpRequest, key: str = key_in_path) -> Status[None]:
        caller_of(request).require(kind, "delete")
        item = found(model, key)
        check_seen(request, item, None)
        with refusing():
            item.remove(act_of(request))
        return Status(204, None)


def _add_decisions(router: Router, staffed: Staffed) -> None:
    kind, model, out = staffed.kind, staffed.model, staffed.out
    address, key_in_path = staffed.address, staffed.key_in_path

    @router.put(
        f"{address}/approve",
        response=out,
        summary=f"Approve {staffed.one}",
        **named(f"approve_{kind}", 400, 404, 409, 412),
    )
    def approve(
        request: HttpRequest,
        response: HttpResponse,
        body: Approval | None = None,
        key: str = key_in_path,
    ) -> Any:
        caller_of(request).require(kind, "moderate")
        item = found(model, key)
        check_seen(request, item, body.version if body else None, deciding=True)
        with refusing():
            decided(item, item.approve(act_of(request)))
        return told(staffed, response, item)

    @router.put(
        f"{address}/reject",
        response=out,
        summary=f"Reject {staffed.one}",
        **named(f"reject_{kind}", 400, 404, 409, 412),
    )
    def reject(
        request: HttpRequest, response: HttpResponse, body: Rejection, key: str = key_in_path
    ) -> Any:
        caller_of(request).require(kind, "moderate")
        item = found(model, key)
        check_seen(request, item, body.version, deciding=True)
        with refusing():
            decided(item, item.reject(act_of(request, reason_of(body.reason))))
        return told(staffed, response, item)
