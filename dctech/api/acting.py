"""Acts of the staff's on one item: as it was seen, each refusal a problem that says who was first."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import parse_etags

from dctech.api.auth import caller_of
from dctech.api.problems import Problem
from dctech.models import History
from dctech.moderation import (
    PENDING,
    Act,
    AlreadyDecided,
    Gone,
    Moderated,
    NoSuchVersion,
    Refused,
    Stale,
)

VERSION = re.compile(r'"([1-9][0-9]{0,17})"', re.ASCII)
"""The ETag of a version."""


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
    """Raise Problem unless the item is as the caller saw it: 412 by If-Match and If-None-Match, 409 by `version`.

    Who decides and names no version has seen it pending.
    """
    seen = _etags(request, "If-Match")
    if not _matches(seen, etag_of(item)):
        raise refused(_since(item, seen[0]), 412)
    if unchanged(item, _etags(request, "If-None-Match")):
        raise Problem(412, "If-None-Match excludes the version that is there.")
    if version is not None:
        if version != int(item.version):
            raise refused(item.refusal_since(version))
    elif deciding and seen in ([], ["*"]) and item.status != PENDING:
        raise refused(item.decided())


def check_seen_last(request: HttpRequest, deletion: History, version: int | None) -> None:
    """Raise Problem unless a deleted item was as the caller saw it last; as `check_seen`."""
    last = int((deletion.before or {})["version"])
    said = f"It was at version {last} when it was deleted."
    seen = _etags(request, "If-Match")
    if seen == ["*"] or not _matches(seen, f'"{last}"'):
        raise Problem(412, said)
    if version not in {None, last}:
        raise Problem(409, said)


def unchanged(item: Moderated, seen: list[str]) -> bool:
    """Tell whether an item is one of the versions that If-None-Match names (RFC 9110, 13.1.2)."""
    return seen == ["*"] or etag_of(item) in {tag.removeprefix("W/") for tag in seen}


def known_versions(request: HttpRequest) -> list[str]:
    """Return the ETags of what a reader has already."""
    return list(parse_etags(request.headers.get("If-None-Match", "")))


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


def _etags(request: HttpRequest, header: str) -> list[str]:
    """Return the ETags that a condition names, none without it; raise Problem 400 where none can be read."""
    sent = request.headers.get(header)
    tags = list(parse_etags(sent or ""))
    if sent is not None and not tags:
        raise Problem(400, errors=[(header, 'Send an ETag in its quotes, like "3", or *.')])
    return tags


def _matches(seen: list[str], etag: str) -> bool:
    """Tell whether If-Match holds (RFC 9110, 13.1.1)."""
    return seen in ([], ["*"]) or etag in seen


def _since(item: Moderated, etag: str) -> Refused:
    """Return what became of an item since the version that an ETag names."""
    named = VERSION.fullmatch(etag)
    return item.refusal_since(int(named[1])) if named else NoSuchVersion(int(item.version))
