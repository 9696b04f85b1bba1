"""What the tables hold of an earlier import, and writing what a new one changes."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from pynamodb.exceptions import PutError, TransactWriteError

from collector.models import Overlay
from dctech.dynamodb import Table, lost_race, transaction
from dctech.models import History
from dctech.moderation import Moderated
from events.models import Event
from groups.models import Group

STATUSES = ("approved", "pending", "rejected")
Stored = TypeVar("Stored", bound=Table)


class WrittenMeanwhile(Exception):  # noqa: N818 - a state of the item, not a fault
    """Somebody else wrote the item between reading and writing it."""


def by_key(model: type[Stored], keys: Collection[Any]) -> dict[Any, Stored]:
    """Return the items that exist of these keys (a text, or a tuple of two)."""
    found = model.batch_get(list(keys), consistent_read=True)
    return {key_of(item): item for item in found}


def key_of(item: Table) -> Any:
    """Return an item's key as PynamoDB takes it: a value, or a tuple where there is a sort key."""
    hash_key = getattr(item, str(item._hash_keyname))  # noqa: SLF001 - PynamoDB has no public name for it
    if item._range_keyname is None:  # noqa: SLF001 - as above
        return hash_key
    return hash_key, getattr(item, item._range_keyname)  # noqa: SLF001 - as above


def groups(group_ids: Iterable[str]) -> dict[str, Group]:
    """Return these groups, and every other: slugs are unique over all of them."""
    known = {group.group_id for status in STATUSES for group in Group.by_status.query(status)}
    return by_key(Group, sorted({*group_ids, *known}))


def events_by_id(event_ids: Iterable[str]) -> dict[str, Event]:
    found = (Event.find(event_id) for event_id in event_ids)
    return {event.event_id: event for event in found if event}


def events_by_file() -> dict[str, Event]:
    """Return the events of an earlier import by their file, whatever has become of them since."""
    single = Event.source_type == "single_event"
    keys = {
        key_of(event)
        for status in STATUSES
        for event in Event.by_status.query(status, filter_condition=single)
    }
    events = by_key(Event, sorted(keys)).values()
    return {event.imported["file"]: event for event in events if event.imported}


def write(item: Any, old: Any | None, record: History) -> None:
    """Store an item with its History record, both or neither; raise WrittenMeanwhile when `old` is no longer there.

    `old` is the item as it was read (None: there was none). An event that has moved has another key than its old one.
    """
    try:
        with transaction() as together:
            if not isinstance(item, Moderated):  # its VersionAttribute makes the condition
                together.save(item)
            elif old is None:
                together.save(item, condition=item.absent)
            elif key_of(old) == key_of(item):
                together.save(item, condition=old.unchanged)
            else:
                together.delete(old, condition=Event.version == old.version)
                together.save(item, condition=Event.event_id.does_not_exist())
            together.save(record)
    except TransactWriteError as error:
        if lost_race(error):
            raise WrittenMeanwhile(record.object_id) from error
        raise


def write_marker(marker: Overlay) -> None:
    """Store a marker, unless somebody has put an item there meanwhile: that one says more."""
    try:
        marker.save()  # on condition that there is none: its VersionAttribute sees to it
    except PutError as error:
        if not lost_race(error):
            raise


def history(
    object_id: str,
    action: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: dt.datetime,
) -> History:
    return History.entry(
        object_id,
        action,
        now=now,
        by="import",
        before=dict(before) or None,
        after=dict(after) or None,
    )
