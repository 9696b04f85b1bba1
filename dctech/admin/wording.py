"""Words for what History and locks keep: fields, values and who it was."""

import datetime as dt
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from dctech.moderation import Moderated

APPS = {"event": "events", "group": "groups"}
"""kind of a moderated item -> the app that has its admin"""

LONG = 120
"""Characters of a value that are shown at once."""


def told(names: Iterable[str]) -> list[str]:
    """Return of changed fields those that tell it all: a description is told by its source where it has one."""
    found = list(names)
    made = {"excerpt", "description_html", *(["description"] if "markdown" in found else [])}
    return [name for name in found if name not in made]


def field_label(kind: str, name: str) -> str:
    """Return what the form calls a field."""
    name = "description" if name == "markdown" else name
    label = name.replace("_", " ")
    with suppress(FieldDoesNotExist):
        label = str(apps.get_model(APPS[kind], kind)._meta.get_field(name).verbose_name)  # noqa: SLF001 - Django's documented name
    return label[:1].upper() + label[1:]


def changed_since(item: Moderated, version: str) -> dict[str, tuple[Any, Any]]:
    """Return label -> (before, after) of what changed after a version that a page showed."""
    changes = item.changed_since(int(version)) if version.isdecimal() else {}
    names = told(name for name in changes if name != "approval_metadata")
    return {field_label(item.KIND, name): changes[name] for name in names}


def said(value: Any) -> str:
    """Return a value of an attribute, or as History keeps it, in words."""
    if value is None or value in ("", []):
        return "\N{EN DASH}"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(map(said, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        with suppress(ValueError):
            value = dt.datetime.fromisoformat(value) if "T" in value else value
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)


def who(by: str) -> str:
    """Return who did it, from History's `by`."""
    kind, _, name = by.partition(":")
    return {
        "user": name,
        "feed": f"the feed of {name}",
        "key": f"API key {name}",
        "import": "the import",
        "submitter": "the submitter",
    }.get(kind, by)


def shortened(value: Any) -> dict[str, str]:
    """Return a value's words, and a beginning of them where they are long."""
    text = said(value)
    return {"text": text, "short": f"{text[:LONG].rstrip()} …" if len(text) > LONG else ""}
