"""Reason templates: what staff say often, to be picked instead of typed."""

from typing import Self

from pynamodb.attributes import UnicodeAttribute

from dctech.models import Operation

PARTITION = "reasons"


class Reason(Operation):
    """One template: partition `reasons`, sort a slug."""

    text = UnicodeAttribute()
    for_kind = UnicodeAttribute(null=True)
    """`event` or `group`; None for both."""

    @classmethod
    def all(cls, kind: str | None = None) -> list[Self]:
        """Return the templates by slug; with a kind, those that are for it."""
        found = cls.query(PARTITION, consistent_read=True)
        return [reason for reason in found if kind is None or reason.for_kind in {None, kind}]

    @classmethod
    def find(cls, slug: str) -> Self | None:
        try:
            return cls.get(PARTITION, slug, consistent_read=True)
        except cls.DoesNotExist:
            return None
