"""Buttons of the panels: each acts on the item as it was seen, is refused by name, and is logged."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from dctech.admin.deciding import Seen, act_of
from dctech.admin.wording import APPS, changed_since
from dctech.moderation import Act, Moderated, Refused

DECIDED = {"status", "approval_metadata", "question"}
"""What a decision sets; all else is an edit."""


def may(request: HttpRequest, kind: str, *actions: str) -> bool:
    """Tell whether the user may do all of these to items of a kind."""
    names = (f"{APPS[kind]}.{action}_{kind}" for action in actions)
    return bool(request.user.has_perms(list(names)))


def require(request: HttpRequest, kind: str, *actions: str) -> None:
    if kind not in APPS:
        raise Http404("There is no such kind of item.")
    if not may(request, kind, *actions):
        raise PermissionDenied


def needed(fields: Iterable[str]) -> set[str]:
    """Return what one must be allowed to, to set these fields: decisions and edits differ."""
    names = set(fields) - {"locks"}
    return {
        *({"moderate"} if names & DECIDED else set()),
        *({"change"} if names - DECIDED else set()),
    }


def find(kind: str, key: str) -> Any:
    item = Moderated.of_kind(kind).find(key)
    if item is None:
        raise Http404("It is not there any more.")
    return item


def change_address(item: Moderated) -> str:
    return str(reverse(f"admin:{APPS[item.KIND]}_{item.KIND}_change", args=[quote(item.key)]))


def carry_out(
    request: HttpRequest, item: Moderated, do: Callable[[Act], str], *, reason: str = ""
) -> HttpResponse:
    """Act on an item if it is as the page showed it, say what came of it, and go back to its page.

    `do` returns the words for it, or raises Refused.
    """
    seen = Seen(request.POST.get("seen_version", ""), request.POST.get("seen_status", ""))
    try:
        seen.check(item, changed_since(item, seen.version))
        message = do(act_of(request, reason))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        log(request, item, message)
        messages.success(request, message)
    return redirect(change_address(item))


def log(request: HttpRequest, item: Moderated, message: str) -> None:
    LogEntry.objects.create(
        user_id=request.user.pk,
        content_type=ContentType.objects.get_by_natural_key(APPS[item.KIND], item.KIND),
        object_id=item.key,
        object_repr=item.label[:200],
        action_flag=CHANGE,
        change_message=message,
    )
