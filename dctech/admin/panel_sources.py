"""“Why does it say this?”: where each field of an item comes from, in words."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from dctech.admin.wording import field_label, shortened, who
from dctech.moderation.provenance import Origin, Said


def panel_of(kind: str, said: Iterable[Said], last_seen: dt.date | None = None) -> dict[str, Any]:
    rows = [
        {
            "label": field_label(kind, each.name),
            "value": shortened(each.value),
            "who": _who(each.origin),
            "origin": each.origin,
        }
        for each in said
    ]
    return {
        "title": "Why does it say this?",
        "template": "moderation/sources.html",
        "context": {"rows": rows, "last_seen": last_seen},
    }


def _who(origin: Origin) -> str:
    kind, _, name = origin.by.partition(":")
    if kind == "page":
        return f"the event's page, {name}"
    if kind == "import" and name:
        return f"the imported file {name}"
    if kind == "unknown":
        return "what it came with"
    return who(origin.by)
