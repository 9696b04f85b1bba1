"""Moderation: decisions, edits and their history, shared by events and groups."""

from dctech.moderation.batches import Batch
from dctech.moderation.item import (
    APPROVED,
    PENDING,
    REJECTED,
    STATUSES,
    Act,
    ApprovalMetadata,
    Moderated,
)
from dctech.moderation.refusals import (
    AlreadyDecided,
    Gone,
    NoSuchVersion,
    NothingToUndo,
    ProposalChanged,
    Refused,
    Stale,
)
from dctech.moderation.reviews import Review

__all__ = [
    "APPROVED",
    "PENDING",
    "REJECTED",
    "STATUSES",
    "Act",
    "AlreadyDecided",
    "ApprovalMetadata",
    "Batch",
    "Gone",
    "Moderated",
    "NoSuchVersion",
    "NothingToUndo",
    "ProposalChanged",
    "Refused",
    "Review",
    "Stale",
]
