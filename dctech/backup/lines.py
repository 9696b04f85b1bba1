"""Items as lines of JSON. A value keeps DynamoDB's own notation, {"N": "1.50"}, so that no type is guessed later."""

import base64
import hashlib
import json
from typing import Any

from dctech.wire import decoded

Item = dict[str, dict[str, Any]]
SETS = ("SS", "NS", "BS")


def line_of(item: Item) -> bytes:
    """Return an item as a line that is the same for the same item, whatever order DynamoDB gave its parts in."""
    ordered = {name: _ordered(value) for name, value in item.items()}
    text = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode() + b"\n"


def item_of(line: bytes) -> Item:
    """Return the item of a line, binary parts as bytes."""
    return {name: decoded(value) for name, value in json.loads(line).items()}


def _ordered(value: dict[str, Any]) -> dict[str, Any]:
    """Return an attribute value with its sets sorted and its binary parts in base64."""
    [(kind, content)] = value.items()
    if kind in SETS:
        return {kind: sorted(_text(part) for part in content)}
    if kind == "M":
        return {kind: {name: _ordered(part) for name, part in content.items()}}
    if kind == "L":
        return {kind: [_ordered(part) for part in content]}
    return {kind: _text(content)}


def _text(content: Any) -> Any:
    return base64.b64encode(content).decode("ascii") if isinstance(content, bytes) else content


class Fingerprint:
    """What tells two sets of items apart, in whichever order they come: how many, and the sum of their SHA-256."""

    def __init__(self) -> None:
        self.items = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        self.items += 1
        self._sum += int.from_bytes(hashlib.sha256(line).digest(), "big")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fingerprint) and (self.items, self._sum) == (
            other.items,
            other._sum,
        )

    __hash__ = None  # type: ignore[assignment]
