"""The items behind a page of a list, all in one request: what is shown is what an action is then held to."""

from collections.abc import Iterable, Iterator
from typing import Any

from dctech.moderation import Moderated, Review
from dctech.moderation.values import real

AT_ONCE = 100
"""What DynamoDB takes in one BatchGetItem."""


def waiting_of(model: type[Moderated], partition: str, **options: Any) -> Iterator[Review]:
    """Yield what waits to be reviewed, each with its `item`."""
    for review, item in loaded(model, Review.query(partition, **options)):
        review.item = item
        yield review


def loaded(model: type[Moderated], rows: Iterable[Any]) -> Iterator[tuple[Any, Moderated | None]]:
    """Yield each row of an index, or of what waits to be reviewed, with its item if there is one."""
    shown = list(rows)
    found: dict[str, Moderated] = {row.key: row.item for row in shown if hasattr(row, "item")}
    unknown = [row for row in shown if row.key not in found]
    for at in range(0, len(unknown), AT_ONCE):
        keys = [key for row in unknown[at : at + AT_ONCE] if (key := _key(model, row))]
        found |= {item.key: item for item in model.batch_get(keys, consistent_read=True)}
    for row in shown:
        # One that has moved since has another sort key.
        yield row, found.get(row.key) or model.find(row.key)


def _key(model: type[Moderated], row: Any) -> Any:
    name = model._range_keyname  # noqa: SLF001 - PynamoDB has no other name for it
    if name is None:
        return row.key
    if not isinstance(row, Review):
        return row.key, getattr(row, name)
    return (row.key, real(model.get_attributes()[name], row.start)) if row.start else None
