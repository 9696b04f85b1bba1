"""Acts of the staff's on one item: as it was seen, each refusal a problem that says who was first."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import parse_etags

from dctech.api.auth import caller_of
from dctech.api.problems import Problem
from dctech.moderation import PENDING, Act, AlreadyDecided, Gone, Moderated, Refused, Stale

LOOKED_BACK = 20
"""Entries of history that are looked at for what changed since a version."""


def act_of(request: HttpRequest, reason: str | None = None) -> Act:
    return Act(caller_of(request).by, timezone.now(), reason=reason or None)


def found(model: type[Moderated], key: str) -> Any:
    """Return an item, a model of whose kind this is; raise Problem 404."""
    item = model.find(key)
    if item is None:
        raise Problem(404, f"There is no such {model.KIND}.")
    return item


def etag_of(item: Moderated) -> str:
    """Return what If-Match names a version by."""
    return f'"{int(item.version)}"'


def check_seen(
    request: HttpRequest, item: Moderated, version: int | None, *, deciding: bool = False
) -> None:
    """Raise Problem unless the item is as the caller saw it: 412 by If-Match (RFC 9110, 13.1.1), 409 by `version`.

    Who decides and says neither has seen it pending.
    """
    seen = parse_etags(request.headers.get("If-Match", ""))
    if seen and seen != ["*"]:
        if etag_of(item) not in seen:
            raise refused(_changed(item, seen[0].strip('"')), 412)
    elif version is not None:
        if version != int(item.version):
            raise refused(_changed(item, str(version)))
    elif deciding and item.status != PENDING:
        raise refused(item.decided())


@contextmanager
def refusing() -> Iterator[None]:
    """Answer what moderation refuses."""
    try:
        yield
    except Refused as refusal:
        raise refused(refusal) from refusal


def refused(refusal: Refused, status: int = 409) -> Problem:
    """Return the problem that says why nothing was changed. Only the staff are told who decided."""
    if isinstance(refusal, Gone):
        return Problem(404, str(refusal))
    more: dict[str, Any] = {}
    if isinstance(refusal, AlreadyDecided):
        at = refusal.at.isoformat(timespec="seconds") if refusal.at else None
        more["decision"] = {"status": refusal.status, "by": refusal.by, "at": at}
    if isinstance(refusal, Stale):
        more["differences"] = [
            {"field": name, "seen": seen, "now": now}
            for name, (seen, now) in sorted(refusal.differences.items())
        ]
    return Problem(status, str(refusal), **more)


def _changed(item: Moderated, version: str) -> Refused:
    """Return what became of an item since a version, as far as its history tells."""
    found: dict[str, tuple[Any, Any]] = {}
    for entry in islice(item.history(), LOOKED_BACK):
        if entry.entry_id.endswith(f"#v{version}"):
            break
        before, after = entry.before or {}, entry.after or {}
        for name in after.keys() - {"locks", "approval_metadata"}:
            found[name] = (before.get(name), found.get(name, (None, after[name]))[1])
    return item.decided() if "status" in found else Stale(found)
