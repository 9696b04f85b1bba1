"""How many acts of moderation each month had: counts, and nobody's name."""

from typing import Self

from pynamodb.attributes import NumberAttribute
from pynamodb.transactions import TransactWrite

from dctech.models import History, Operation

COUNTED = ("approved", "rejected", "edited", "undone", "restored", "deleted")


class Tally(Operation):
    """One kind of object in one month: partition `tallies`, sort `YYYY-MM#<kind>`."""

    approved = NumberAttribute(default=0)
    rejected = NumberAttribute(default=0)
    edited = NumberAttribute(default=0)
    undone = NumberAttribute(default=0)
    restored = NumberAttribute(default=0)
    deleted = NumberAttribute(default=0)

    @classmethod
    def all(cls) -> list[Self]:
        """Return every month's, the newest first."""
        return list(cls.query("tallies", scan_index_forward=False))

    @classmethod
    def add(cls, write: TransactWrite, record: History) -> None:
        """Add an act to its month, in the act's own transaction."""
        counted = "edited" if record.action == "accepted" else record.action
        if counted not in COUNTED or not record.by.startswith(("user:", "key:")):
            return
        kind = record.object_id.partition("#")[0]
        month = cls("tallies", f"{record.at:%Y-%m}#{kind}")
        write.update(month, actions=[getattr(cls, counted).add(1)])
