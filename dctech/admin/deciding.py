"""What a moderator does to one item, as it was seen: the one place that says so to those who wait for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from dctech.models import History
from dctech.moderation import Act, Moderated, Refused, Review, Stale
from dctech.moderation.values import real
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
            record = item.approve(act_of(request), changes)
        case "_reject":
            if not act.reason:
                raise Incomplete("Say why: choose a reason or write one.")
            record = item.reject(act, changes)
        case "_ask":
            record = _ask(item, request.POST.get("question", "").strip(), act_of(request), changes)
        case "_accept":
            record = _accept(item, act)
        case _:
            return item.edit(act, changes)
    tell(item, record)
    return record


def dismiss(item: Moderated) -> None:
    """Leave an item as it is: nothing waits to be reviewed any more."""
    if review := Review.of(item.KIND, item.key):
        review.delete()


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


def _accept(item: Moderated, act: Act) -> History:
    """Make what the submitter wants changed so."""
    review = Review.of(item.KIND, item.key)
    if review is None or not review.fields:
        raise Incomplete("No change is proposed any more.")
    known = item.get_attributes()
    fields = {n: real(known[n], value) for n, value in review.fields.items() if n in known}
    return item.change(
        "edited", act, fields, also=lambda write: Review.forget(write, item.KIND, item.key)
    )
