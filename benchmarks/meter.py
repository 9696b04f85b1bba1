"""Write and read units as DynamoDB bills them, from what was sent and answered and the items before and after.

An emulator's own counts are not to be trusted with indexes, so the published rules are applied: a write costs the
larger of the item's two sizes, by the kilobyte, twice in a transaction; an index whose entry changed costs the same
of the entry, and twice (delete and put) when its key changed. Sizes: names and values in UTF-8 bytes, numbers about
half a byte a digit, one byte for true, false and null, three and one an element for lists and maps.
A read costs one unit for each 4 KB that it goes through, all items of a Query together, and half of that where it may
be late.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dctech.dynamodb import Table, connection

Item = dict[str, Any]
Key = tuple[str, ...]


def size(value: dict[str, Any]) -> int:
    """Return the bytes of an attribute value as DynamoDB counts them."""
    [(kind, content)] = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return math.ceil(len(content.strip("-").replace(".", "")) / 2) + 1
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + size(item) for name, item in content.items())
    if kind == "L":
        return 3 + sum(1 + size(item) for item in content)
    return 1


def item_size(item: Item) -> int:
    return sum(len(name.encode()) + size(value) for name, value in item.items())


def units(*items: Item | None) -> int:
    """Return the write units of the largest of these items; 0 when there is none."""
    sizes = [item_size(item) for item in items if item]
    return math.ceil(max(sizes) / 1024) if sizes else 0


class Shape:
    """What of a table's definition decides what a write of it costs."""

    def __init__(self, model: type[Table], *, project_all: bool = False) -> None:
        schema = model._get_schema()  # noqa: SLF001 - as dctech.tables
        self.key = [key["AttributeName"] for key in schema["key_schema"]]
        self.indexes = []
        for index in schema["global_secondary_indexes"]:
            keys = [key["AttributeName"] for key in index["key_schema"]]
            everything = project_all or index["projection"]["ProjectionType"] == "ALL"
            kept = (
                None if everything else {*self.key, *keys, *index["projection"]["NonKeyAttributes"]}
            )
            self.indexes.append((keys, kept))

    def key_of(self, item: Item) -> Key:
        return tuple(str(item[name]) for name in self.key)

    def cost(self, before: Item | None, after: Item | None, *, twice: bool = False) -> Counter[str]:
        """Return what writing `after` over `before` costs, the table and its indexes apart."""
        costs: Counter[str] = Counter(table=max(1, units(before, after)) * (2 if twice else 1))
        for keys, kept in self.indexes:
            old, new = _entry(before, keys, kept), _entry(after, keys, kept)
            if old == new:
                continue
            rekeyed = old and new and any(old[name] != new[name] for name in keys)
            costs["indexes"] += units(old) + units(new) if rekeyed else units(old, new)
        return costs


def _entry(item: Item | None, keys: list[str], kept: set[str] | None) -> Item | None:
    if item is None or any(name not in item for name in keys):
        return None
    return {name: value for name, value in item.items() if kept is None or name in kept}


class Meter:
    """Collects the writes sent within `measuring()`, and says what they cost."""

    def __init__(self) -> None:
        self.names = {str(model.Meta.table_name): model for model in Table.models()}
        self.writes: list[tuple[str, Key, bool]] = []
        self.before: dict[str, dict[Key, Item]] = {}
        self.after: dict[str, dict[Key, Item]] = {}

    @contextmanager
    def measuring(self) -> Iterator[None]:
        self.writes.clear()
        self.before = self._snapshot()
        events = connection().client.meta.events
        events.register("before-parameter-build.dynamodb", self._note)
        try:
            yield
        finally:
            events.unregister("before-parameter-build.dynamodb", self._note)
            self.after = self._snapshot()

    def cost(self) -> dict[str, Counter[str]]:
        """Return table -> {"table", "indexes"} in write units. A second write of one item changes nothing more."""
        costs: dict[str, Counter[str]] = {}
        done: set[tuple[str, Key]] = set()
        for name, key, twice in self.writes:
            after = self.after[name].get(key)
            before = after if (name, key) in done else self.before[name].get(key)
            done.add((name, key))
            cost = Shape(self.names[name]).cost(before, after, twice=twice)
            costs[name] = costs.get(name, Counter()) + cost
        return costs

    def _note(self, params: dict[str, Any], model: Any, **_more: Any) -> None:
        if model.name in {"PutItem", "UpdateItem", "DeleteItem"}:
            self._add(params)
        for write in params.get("TransactItems", []):
            [request] = write.values()
            self._add(request, twice=True)

    def _add(self, request: dict[str, Any], *, twice: bool = False) -> None:
        name = request["TableName"]
        key = Shape(self.names[name]).key_of(request.get("Key") or request["Item"])
        self.writes.append((name, key, twice))

    def _snapshot(self) -> dict[str, dict[Key, Item]]:
        client = connection().client
        return {
            name: {
                Shape(model).key_of(item): item
                for page in client.get_paginator("scan").paginate(
                    TableName=name, ConsistentRead=True
                )
                for item in page["Items"]
            }
            for name, model in self.names.items()
        }


class ReadMeter:
    """Adds up what the reads sent within `measuring()` cost. None of ours is filtered: what is read is answered."""

    def __init__(self) -> None:
        self.units = 0.0
        self._consistent = False

    @contextmanager
    def measuring(self) -> Iterator["ReadMeter"]:
        events = connection().client.meta.events
        events.register("before-parameter-build.dynamodb", self._asked)
        events.register("after-call.dynamodb", self._answered)
        try:
            yield self
        finally:
            events.unregister("before-parameter-build.dynamodb", self._asked)
            events.unregister("after-call.dynamodb", self._answered)

    def _asked(self, params: dict[str, Any], **_more: Any) -> None:
        self._consistent = bool(params.get("ConsistentRead"))

    def _answered(self, parsed: dict[str, Any], **_more: Any) -> None:
        items = [parsed["Item"]] if "Item" in parsed else parsed.get("Items", [])
        pages = max(1, math.ceil(sum(map(item_size, items)) / 4096))
        self.units += pages if self._consistent else pages / 2
