"""What a submitter wants changed of something published: it waits beside it, and the published version stays."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pynamodb.exceptions import TransactWriteError

from dctech.dynamodb import lost_race, transaction
from dctech.models import History
from dctech.moderation import Act, Moderated, NothingToUndo, Review, Stale
from dctech.moderation.reviews import PROPOSED, TRUSTED
from dctech.moderation.values import plain, real


def placed(item: Moderated) -> dict[str, Any]:
    """Return what a note about an item keeps of it: where it is stored, and until when."""
    start = getattr(item, item._range_keyname) if item._range_keyname else None  # noqa: SLF001 - it has no other name
    return {"start": plain(start), "ttl": getattr(item, "ttl", None)}


def _trusted_at(review: Review | None) -> dt.datetime | None:
    """Return when the item was approved without a moderator, if nobody has looked at it since."""
    if review is None:
        return None
    return review.at if review.why == TRUSTED else review.trusted_at


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
    start = getattr(item, item._range_keyname) if item._range_keyname else None  # noqa: SLF001 - it has no other name
    before_it = Review.of(item.KIND, item.key)
    trusted_at = _trusted_at(before_it)
    review = Review.about(
        item.KIND,
        item.key,
        why=PROPOSED if fields else TRUSTED,
        title=title,
        now=act.now if fields else trusted_at or act.now,
        fields=fields or None,
        trusted_at=trusted_at if fields else None,
        **placed(item),
    )
    unchanged = Review.at == before_it.at if before_it else Review.at.does_not_exist()
    try:
        with transaction() as write:
            write.condition_check(type(item), item.key, start, item.unchanged)
            write.save(record)
            if fields or trusted_at:
                write.save(review, condition=unchanged)
            else:
                write.delete(review, condition=unchanged)
    except TransactWriteError as error:
        if lost_race(error):
            raise Stale({}) from error
        raise
