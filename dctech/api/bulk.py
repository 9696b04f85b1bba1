"""Bulk acts: some seconds of one in each request, until it is done; afterwards it can be taken back as one."""

import time
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router, Status

from dctech.api.acting import act_of, refusing
from dctech.api.auth import STAFF, Caller, caller_of
from dctech.api.private import private
from dctech.api.problems import Problem
from dctech.api.staff_schemas import ID_LENGTH, BatchOut, BulkAct
from dctech.api.staffed import Staffed, named, reason_of
from dctech.moderation import Batch
from dctech.notices import decided

SLICE_SECONDS = 20.0
"""How long one request works on a bulk act: API Gateway waits for 29."""

ACTIONS = {"approve": "approved", "reject": "rejected", "delete": "deleted"}
NEEDS = {"approved": "moderate", "rejected": "moderate", "deleted": "delete", "undone": "moderate"}
BatchId = Annotated[str, Path(max_length=ID_LENGTH)]
ANSWERS = {200: BatchOut, 202: BatchOut}

router = Router(auth=STAFF, tags=["Administration"])
"""A bulk act's own addresses."""
router.add_decorator(private, mode="view")


def add_bulk(router: Router, staffed: Staffed) -> None:
    kind = staffed.kind

    @router.post(
        "/bulk",
        response=ANSWERS,
        summary=f"Approve, reject or delete many {kind}s",
        **named(f"act_on_{kind}s", 400),
    )
    def act(request: HttpRequest, response: HttpResponse, body: BulkAct) -> Status[Any]:
        action = ACTIONS[body.action]
        caller_of(request).require(kind, NEEDS[action])
        reason = reason_of(body.reason) if action == "rejected" else body.reason
        if body.versions.keys() - set(body.ids):
            raise Problem(422, errors=[("versions", "It names what is not among `ids`.")])
        batch = Batch.begin(
            kind,
            action,
            body.ids,
            act_of(request, reason),
            versions=body.versions,
            pending_only=True,
        )
        return _run(batch, response)


@router.get("/{batch_id}", response=BatchOut, **named("read_bulk", 404))
def read_bulk(request: HttpRequest, batch_id: BatchId) -> Any:
    """Tell how far a bulk act has come."""
    batch = _batch(batch_id)
    caller_of(request).require(batch.kind, "view")
    return _shown(batch)


@router.post("/{batch_id}", response=ANSWERS, **named("continue_bulk", 404))
def continue_bulk(request: HttpRequest, response: HttpResponse, batch_id: BatchId) -> Status[Any]:
    """Go on with a bulk act that has not come to its end."""
    batch = _batch(batch_id)
    _require(caller_of(request), batch)
    return _run(batch, response)


@router.post("/{batch_id}/undo", response=ANSWERS, **named("undo_bulk", 404, 409))
def undo_bulk(request: HttpRequest, response: HttpResponse, batch_id: BatchId) -> Status[Any]:
    """Take all of a bulk act back, but for what was changed since; within 30 days."""
    batch = _batch(batch_id)
    _require(caller_of(request), batch)
    with refusing():
        undoing = batch.undo(act_of(request))
    return _run(undoing, response)


def _batch(batch_id: str) -> Batch:
    batch = Batch.find(batch_id)
    if batch is None:
        raise Problem(404, "There is no such bulk act, or not any more.")
    return batch


def _require(caller: Caller, batch: Batch) -> None:
    """Raise Problem 403 unless they may run it: taking a deletion back needs what deleting needs."""
    undone = Batch.find(batch.undoes) if batch.undoes else None
    caller.require(batch.kind, "view", NEEDS[(undone or batch).action])


def _run(batch: Batch, response: HttpResponse) -> Status[Any]:
    ends = time.monotonic() + SLICE_SECONDS
    if not batch.finished:
        batch.run(timezone.now(), go_on=lambda: time.monotonic() < ends, tell=decided)
    response.headers["Location"] = _address(batch)
    return Status(200 if batch.finished else 202, _shown(batch))


def _shown(batch: Batch) -> dict[str, Any]:
    refused, done = batch.refused or {}, int(batch.done)
    return {
        "id": batch.sort,
        "action": batch.action,
        "total": int(batch.total),
        "done": done,
        "finished": batch.finished,
        "undoes": batch.undoes,
        "status_url": _address(batch),
        "results": [
            {"id": key, "result": _result(key, number < done, refused), "detail": refused.get(key)}
            for number, key in enumerate(batch.keys)
        ],
    }


def _result(key: str, gone_through: bool, refused: dict[str, str]) -> str:  # noqa: FBT001 - the module's own
    if key in refused:
        return "refused"
    return "done" if gone_through else "waiting"


def _address(batch: Batch) -> str:
    return f"{settings.SITE_URL}/api/admin/bulk/{batch.sort}"
