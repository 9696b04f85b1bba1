"""What a submitter wants changed of something published: it waits beside it, and the published version stays."""

from collections.abc import Mapping
from typing import Any

from pynamodb.exceptions import TransactWriteError

from dctech.dynamodb import lost_race, transaction
from dctech.models import History
from dctech.moderation import Act, Moderated, NothingToUndo, Review, Stale
from dctech.moderation.values import plain, real

PROPOSED = "proposed"


def waiting(item: Moderated) -> Review | None:
    """Return what its submitter wants changed, if anything."""
    review = Review.of(item.KIND, item.key)
    return review if review and review.why == PROPOSED and review.fields else None


def with_proposal(item: Moderated, review: Review) -> Moderated:
    """Return an unsaved copy of an item as it would be."""
    known = item.get_attributes()
    values = {n: real(known[n], v) for n, v in review.fields.items() if n in known}
    return type(item)(**{**item.attribute_values, **values})


def differences(item: Moderated, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return of `changes` what is not so already, as History keeps values."""
    return {
        name: plain(value)
        for name, value in changes.items()
        if (getattr(item, name) or None) != (value or None)
    }


def propose(item: Moderated, act: Act, changes: Mapping[str, Any], title: str) -> None:
    """Let the changes wait in place of what waited; raise NothingToUndo, or Stale when the item has changed."""
    fields = differences(item, changes)
    earlier = waiting(item)
    if not fields and not earlier:
        raise NothingToUndo
    before = {name: plain(getattr(item, name)) for name in fields}
    record = History.entry(
        item.object_id, PROPOSED, now=act.now, by=act.by, before=before, after=fields or None
    )
    review = Review.about(
        item.KIND, item.key, why=PROPOSED, title=title, now=act.now, fields=fields or None
    )
    start = getattr(item, item._range_keyname) if item._range_keyname else None  # noqa: SLF001 - it has no other name
    try:
        with transaction() as write:
            write.condition_check(type(item), item.key, start, item.unchanged)
            write.save(record)
            if fields:
                write.save(review)
            else:
                write.delete(review)
    except TransactWriteError as error:
        if lost_race(error):
            raise Stale({}) from error
        raise
