"""Where the tables name somebody. Items are taken as DynamoDB stores them, so that no model's blind spot hides one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dctech.backup.copying import items_of
from dctech.backup.lines import Item
from dctech.dynamodb import Table
from dctech.privacy.person import Person

COUNTED = re.compile(r"(limits#|cache$)")
"""Partitions of Operations whose items are named after whom they count."""

SUBMITTER = "submitted_by"


@dataclass(frozen=True, slots=True)
class Trace:
    """One item that names somebody. `removed`: it is about them alone, and goes as a whole."""

    model: type[Table]
    item: Item
    removed: bool
    attributes: tuple[str, ...]

    @property
    def key(self) -> Item:
        return {name: self.item[name] for name in key_names(self.model)}

    @property
    def label(self) -> str:
        """Return the item's table and key."""
        return f"{self.model.Meta.table_name} {' / '.join(p['S'] for p in self.key.values())}"


def key_names(model: type[Table]) -> list[str]:
    names = (model._hash_keyname, model._range_keyname)  # noqa: SLF001 - PynamoDB offers no public way to the key
    return [name for name in names if name]


def traces(person: Person) -> Iterator[Trace]:
    """Yield what names somebody in any table: a request of theirs is rare, and worth reading everything."""
    for model in Table.models():
        for item in items_of(str(model.Meta.table_name)):
            if trace := trace_in(person, model, item):
                yield trace


def trace_in(person: Person, model: type[Table], item: Item) -> Trace | None:
    attributes = tuple(name for name, value in item.items() if _names(person, value))
    removed = _is_theirs(person, model, item, attributes)
    return Trace(model, item, removed, attributes) if removed or attributes else None


def _is_theirs(person: Person, model: type[Table], item: Item, attributes: tuple[str, ...]) -> bool:
    """Tell whether an item is about them alone, or is known by their name and cannot be without it."""
    if not set(attributes).isdisjoint(key_names(model)):
        return True
    partition = item.get("partition", {}).get("S", "")
    sort = item.get("sort", {}).get("S", "")
    if partition == "trusted":
        return sort in person.user_ids or "email" in attributes
    if COUNTED.match(partition):
        return any(digest in sort for digest in person.digests)
    return False


def _names(person: Person, value: dict[str, Any]) -> bool:
    [(kind, content)] = value.items()
    if kind == "S":
        return person.is_named_in(content)
    if kind == "SS":
        return any(person.is_named_in(part) for part in content)
    if kind == "L":
        return any(_names(person, part) for part in content)
    if kind == "M":
        return any(_names(person, part) for part in content.values())
    return False


def erased(person: Person, value: dict[str, Any]) -> dict[str, Any]:
    """Return an attribute value that names them no more."""
    [(kind, content)] = value.items()
    if kind == "S":
        return {kind: person.without(content)}
    if kind == "SS":
        return {kind: sorted({person.without(part) for part in content})}
    if kind == "L":
        return {kind: [erased(person, part) for part in content]}
    if kind == "M":
        return {kind: {name: erased(person, part) for name, part in content.items()}}
    return value
