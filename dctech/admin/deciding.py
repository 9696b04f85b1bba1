"""What a moderator does to one item, as it was seen: the one place that says so to those who wait for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from dctech.models import History
from dctech.moderation import Act, Moderated, ProposalChanged, Refused, Review, Stale
from dctech.notices import decided

DECISIONS = ("_approve", "_reject", "_ask", "_accept", "_dismiss")
"""The buttons that need the right to moderate; all others need the right to change."""

REASON_LENGTH = 1_000


class Taken(Refused):
    """There is one with the same identity already."""

    def __str__(self) -> str:
        return "There is one already, with the same address."


class Incomplete(Refused):
    """What the button needs was not given."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Seen:
    """The item as the moderator's page showed it."""

    version: str
    status: str

    def check(self, item: Moderated, differences: Mapping[str, tuple[Any, Any]]) -> None:
        """Raise AlreadyDecided or Stale where the item is not as it was seen."""
        if self.version == str(int(item.version)):
            return
        raise item.decided() if self.status != item.status else Stale(differences)


def act_of(request: HttpRequest, reason: str | None = None) -> Act:
    return Act(f"user:{request.user.get_username()}", timezone.now(), reason=reason or None)


def reason_in(request: HttpRequest) -> str:
    """Return the reason typed, else the one chosen from the templates."""
    typed = str(request.POST.get("reason", "")).strip()
    return (typed or str(request.POST.get("reason_template", "")))[:REASON_LENGTH]


def decide(item: Moderated, button: str, request: HttpRequest, changes: dict[str, Any]) -> History:
    """Do what a button says; raise Refused."""
    act = act_of(request, reason_in(request))
    match button:
        case "_approve":
            record = item.approve(act_of(request), changes, _shown(item, request))
        case "_reject":
            if not act.reason:
                raise Incomplete("Say why: choose a reason or write one.")
            record = item.reject(act, changes, _shown(item, request))
        case "_ask":
            record = _ask(item, request.POST.get("question", "").strip(), act_of(request), changes)
        case "_accept":
            record = item.accept(act, _proposal(item, request))
        case "_dismiss":
            record = _proposal(item, request).dismiss(act.now, act.by, act.reason)
        case _:
            return item.edit(act, changes)
    tell(item, record)
    return record


def tell(item: Moderated, record: History) -> None:
    """Tell the submitter."""
    decided(item, record)


def _ask(item: Moderated, text: str, act: Act, changes: dict[str, Any]) -> History:
    if not item.submitted_by:
        raise Incomplete("Nobody submitted it who could be asked.")
    if not text:
        raise Incomplete("Write the question first.")
    question = {
        "text": text[:REASON_LENGTH],
        "by": act.by,
        "at": act.now.isoformat(timespec="seconds"),
    }
    return item.change("asked", act, {**changes, "question": question})


def _shown(item: Moderated, request: HttpRequest) -> Review | None:
    """Return what waits about an item, if the moderator's page showed just that."""
    review = Review.of(item.KIND, item.key)
    return review if review and review.seen == request.POST.get("seen_review") else None


def _proposal(item: Moderated, request: HttpRequest) -> Review:
    """Return what waits about an item as it was shown; raise Incomplete or ProposalChanged."""
    review = Review.of(item.KIND, item.key)
    if review is None:
        raise Incomplete("Nothing waits to be reviewed any more.")
    if review.seen != request.POST.get("seen_review"):
        raise ProposalChanged
    return review
