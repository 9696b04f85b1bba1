"""A queue in pages: each is one query from a signed place in it, however deep."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing

from dctech.moderation import PENDING, Moderated

PAGE = 25
"""Rows of a list: each is read twice, in its index and as the item that an action is then held to."""
SEARCHED = 1_000
"""Items a search or a filter looks at before it asks whether to go on."""
AT_ONCE = 250
"""Items in one request to DynamoDB."""
COUNTED = 100


class BadCursor(Exception):  # noqa: N818 - it is somebody's old or forged address, not a fault
    """No place in this queue."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a queue: the key of the item before the page (`back`: of the one after it)."""

    key: dict[str, str]
    back: bool = False

    def token(self, salt: str) -> str:
        return str(signing.dumps([self.key, self.back], salt=salt, compress=True))

    @classmethod
    def read(cls, token: str, salt: str) -> "Cursor | None":
        """Return the place that a token names, None for no token; raise BadCursor."""
        if not token:
            return None
        try:
            return cls(*signing.loads(token, salt=salt))
        except signing.BadSignature:
            raise BadCursor from None


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Any]
    next: Cursor | None
    previous: Cursor | None
    searched: int | None = None
    """How many items were looked at, where the search ended before the queue did."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Partitions of a table or an index, one after the other."""

    query: Callable[..., Any]
    partitions: Sequence[str]
    names: Sequence[str]
    """The attributes of a key; the first one is the partition's."""
    oldest_first: bool = True

    def page(
        self, cursor: Cursor | None = None, wanted: Callable[[Any], bool] | None = None
    ) -> Page:
        """Return the page at a place, of all items or of those wanted."""
        back = bool(cursor and cursor.back)
        bound = SEARCHED if wanted else PAGE + 1
        found: list[Any] = []
        read, item = 0, None
        for read, item in enumerate(self.walk(bound, cursor), 1):  # noqa: B007 - both are looked at after it
            if wanted is None or wanted(item):
                found.append(item)
                if len(found) > PAGE:
                    break
        shown, more = found[:PAGE], len(found) > PAGE
        cut = item is not None and read == bound and not more
        end = Cursor(self.key(shown[-1] if more else item), back) if more or cut else None
        start = Cursor(self.key(shown[0]), not back) if cursor and shown else None
        searched = read if cut else None
        if back:
            return Page(shown[::-1], start, end, searched)
        return Page(shown, end, start, searched)

    def walk(self, at_most: int, cursor: Cursor | None = None) -> Iterator[Any]:
        """Yield items from a place on, backwards where it says so."""
        back = bool(cursor and cursor.back)
        left = at_most
        for partition in self._from(cursor):
            start = cursor if cursor and cursor.key[self.names[0]] == partition else None
            for item in self.query(
                partition,
                scan_index_forward=self.oldest_first != back,
                limit=left,
                page_size=min(left, AT_ONCE),
                last_evaluated_key=start and {n: {"S": text} for n, text in start.key.items()},
            ):
                left -= 1
                yield item
            if left <= 0:
                return

    def key(self, item: Any) -> dict[str, str]:
        stored = item.serialize(null_check=False)
        return {name: stored[name]["S"] for name in self.names}

    def _from(self, cursor: Cursor | None) -> Sequence[str]:
        if cursor is None:
            return self.partitions
        if sorted(cursor.key) != sorted(self.names):
            raise BadCursor
        partitions = self.partitions[::-1] if cursor.back else self.partitions
        try:
            return partitions[partitions.index(cursor.key[self.names[0]]) :]
        except ValueError:
            raise BadCursor from None


def queue_of(
    model: type[Moderated], statuses: Sequence[str] = (PENDING,), *, oldest_first: bool = True
) -> Queue:
    """Return the items of these statuses."""
    keys = [model._hash_keyname, model._range_keyname]  # noqa: SLF001 - PynamoDB has no other name for it
    names = ["status", "submitted_at", *(name for name in keys if name)]
    return Queue(model.by_status.query, statuses, names, oldest_first)  # type: ignore[attr-defined]


def waiting(model: type[Moderated]) -> str:
    """Return how many items are pending, counted to COUNTED; "" for none."""
    count = model.by_status.count(PENDING, limit=COUNTED + 1)  # type: ignore[attr-defined]
    return f"{COUNTED}+" if count > COUNTED else str(count or "")


def next_pending(item: Moderated) -> Moderated | None:
    """Return what comes after an item in the queue of the pending ones, or the first of them."""
    queue = queue_of(type(item))
    place = Cursor({**queue.key(item), "status": PENDING})
    for found in (*queue.walk(1, place), *queue.walk(2)):
        if found.key != item.key:
            return found  # type: ignore[no-any-return]
    return None
