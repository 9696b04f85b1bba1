"""What the staff send, and read of any item that is moderated."""

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from dctech.moderation import Moderated
from dctech.moderation.batches import AT_MOST

REASON_LENGTH = 1_000
ID_LENGTH = 200
"""Characters: DynamoDB takes 1,024 bytes."""

Seen = Field(
    None, ge=1, description="The `version` that was seen. An If-Match header says the same."
)
Reason = Field(None, max_length=REASON_LENGTH, description="For its history.")


class Body(Schema):
    """A body: a field it does not know is refused, so that a slip is noticed."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class Edit(Body):
    """What is not sent stays as it is; null empties a field."""

    # A generated client sends each default that the description names.
    model_config = ConfigDict(json_schema_extra=_without_defaults)

    version: int | None = Seen
    reason: str | None = Reason


class Page(Schema):
    limit: int = Field(50, ge=1, le=200, description="How many to answer at most.")
    cursor: str | None = Field(None, max_length=2000, description="`next` of the page before.")


class Approval(Body):
    version: int | None = Seen


class Rejection(Body):
    reason: str = Field(
        min_length=1, max_length=REASON_LENGTH, description="The submitter reads it."
    )
    version: int | None = Seen


class Undoing(Body):
    entry_id: str | None = Field(
        None, max_length=ID_LENGTH, description="The change to take back; the last one if none."
    )
    version: int | None = Seen


class Restoring(Body):
    entry_id: str | None = Field(
        None,
        max_length=ID_LENGTH,
        description="It becomes what it was right after; none brings a deleted item back.",
    )
    version: int | None = Seen


Version = Annotated[int, Field(ge=1, le=2**53 - 1)]


class BulkAct(Body):
    action: Literal["approve", "reject", "delete"]
    ids: list[Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]] = Field(
        min_length=1, max_length=AT_MOST
    )
    versions: dict[str, Version] = Field(
        {},
        max_length=AT_MOST,
        description="id -> the `version` that was seen. Another one is refused; of those that are not named "
        "what is pending is decided.",
    )
    reason: str | None = Field(
        None, max_length=REASON_LENGTH, description="Needed to reject. Submitters read it."
    )


class DecisionOut(Schema):
    by: str | None
    at: dt.datetime | None
    reason: str | None


class ModeratedOut(Schema):
    version: int
    status: Literal["pending", "approved", "rejected"]
    decision: DecisionOut | None
    question: dict[str, Any] | None
    submitted_by: str | None = Field(description="Private.")
    submitted_at: dt.datetime
    created_at: dt.datetime
    updated_at: dt.datetime


class EntryOut(Schema):
    entry_id: str
    at: dt.datetime
    by: str = Field(description="`user:<name>`, `key:<id>`, `feed:<group>`, `submitter`, `import`")
    action: str
    reason: str | None
    batch: str | None
    before: Any
    after: Any


class HistoryOut(Schema):
    entries: list[EntryOut]
    next: str | None = Field(description="Send it as `cursor` for what came before.")


class ResultOut(Schema):
    id: str
    result: Literal["done", "refused", "waiting"]
    detail: str | None


class BatchOut(Schema):
    id: str
    action: Literal["approved", "rejected", "deleted", "undone"]
    total: int
    done: int
    finished: bool
    undoes: str | None
    status_url: str = Field(description="GET tells how far it has come, POST goes on with it.")
    results: list[ResultOut]


def moderation_of(item: Moderated) -> dict[str, Any]:
    """Return what ModeratedOut says."""
    decision: Any = item.approval_metadata
    return {
        "version": int(item.version),
        "status": item.status,
        "decision": decision
        and {
            "by": decision.approved_by,
            "at": decision.approved_at,
            "reason": decision.rejection_reason,
        },
        "question": item.question,
        "submitted_by": item.submitted_by,
        "submitted_at": item.submitted_at,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
    }
