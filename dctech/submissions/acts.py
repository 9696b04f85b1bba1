"""What a submitter does with what they sent. Each is one act of moderation's, on the version they saw."""

from collections.abc import Mapping
from typing import Any

from pynamodb.transactions import TransactWrite

from dctech.models import History
from dctech.moderation import (
    APPROVED,
    PENDING,
    REJECTED,
    Act,
    ApprovalMetadata,
    Moderated,
    NothingToUndo,
    Review,
    Stale,
)
from dctech.moderation.item import Write
from dctech.moderation.reviews import TRUSTED
from dctech.submissions.proposals import placed, propose

SUBMITTER = "submitter"
WITHDRAWN = "Withdrawn by its submitter"


def send(item: Moderated, act: Act, title: str, also: Write | None = None) -> None:
    """Store a new submission; what is approved by trust is listed for somebody to look at. Raises Refused.

    `also` adds writes to the transaction.
    """
    if item.status != APPROVED:
        item.submit(act, also=also)
        return
    item.approval_metadata = ApprovalMetadata(approved_by=act.by, approved_at=act.now)

    def writes(write: TransactWrite) -> None:
        # Only now does the item know when it expires.
        write.save(
            Review.about(item.KIND, item.key, why=TRUSTED, title=title, now=act.now, **placed(item))
        )
        if also:
            also(write)

    item.submit(act, also=writes)


def edit(item: Moderated, act: Act, changes: Mapping[str, Any], title: str) -> str:
    """Change it, and return how: `edited`, `proposed` or `resubmitted`. Raises Refused."""
    if item.status == APPROVED:
        propose(item, act, changes, title)
        return "proposed"
    if item.status == PENDING:
        item.change("edited", act, changes)
        return "edited"
    again = {"status": PENDING, "approval_metadata": None, "submitted_at": act.now}
    item.change("resubmitted", act, {**changes, **again})
    return "resubmitted"


def answer(item: Moderated, act: Act) -> None:
    """Answer the moderator's question: the act's reason is the answer. Raises Refused."""
    if not item.question:
        raise NothingToUndo
    item.change("answered", act, {"question": None})


def answers(item: Moderated) -> list[History]:
    """Return what its submitter has answered, in order."""
    return [record for record in item.history() if record.action == "answered"][::-1]


def withdraw(item: Moderated, act: Act) -> None:
    """Take it back, from the calendar as well; raise Refused."""
    if item.status == REJECTED:
        raise item.decided()
    metadata = ApprovalMetadata(approved_by=act.by, approved_at=act.now, rejection_reason=WITHDRAWN)
    item.change(
        "withdrawn",
        act,
        {"status": REJECTED, "approval_metadata": metadata, "question": None},
        also=lambda write: Review.forget(write, item.KIND, item.key),
    )


def as_seen(item: Moderated, version: str) -> None:
    """Raise Stale unless the item is the version that somebody saw."""
    if version != str(int(item.version)):
        raise Stale({})
