"""What a submitter reads of their submission: its fields in words, and what a proposal would change."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dctech.moderation import Moderated
from dctech.moderation.values import plain

LABELS = {
    "title": gettext_lazy("Title"),
    "name": gettext_lazy("Name"),
    "start_datetime": gettext_lazy("Begins"),
    "end_datetime": gettext_lazy("Ends"),
    "all_day": gettext_lazy("All day"),
    "timezone": gettext_lazy("Time zone"),
    "sessions": gettext_lazy("Days"),
    "location_type": gettext_lazy("How"),
    "location": gettext_lazy("Place"),
    "city": gettext_lazy("City"),
    "region": gettext_lazy("Region"),
    "url": gettext_lazy("Link"),
    "website": gettext_lazy("Website"),
    "ical": gettext_lazy("Calendar feed"),
    "cost": gettext_lazy("Cost"),
    "categories": gettext_lazy("Categories"),
    "markdown": gettext_lazy("Description"),
    "description": gettext_lazy("Description"),
}
"""What a submitter decides, in the order in which it is read"""

KINDS = {
    "in_person": gettext_lazy("In person"),
    "virtual": gettext_lazy("Online"),
    "hybrid": gettext_lazy("In person and online"),
}


def facts(item: Moderated) -> list[tuple[str, str]]:
    """Return label and value of all that it says."""
    known = item.get_attributes()
    values = {name: plain(getattr(item, name)) for name in LABELS if name in known}
    return [
        (str(LABELS[name]), words(name, value))
        for name, value in values.items()
        if value and not (name == "description" and values.get("markdown"))
    ]


def changed(item: Moderated, fields: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield label, published value and proposed value of each field that would change."""
    for name, label in LABELS.items():
        if name in fields and not (name == "description" and "markdown" in fields):
            yield str(label), words(name, plain(getattr(item, name))), words(name, fields[name])


def masked(email: str) -> str:
    """Return enough of an address to know one's own: "a…@example.org"."""
    name, _at, host = email.rpartition("@")
    return f"{name[:1]}…@{host}"


def words(name: str, value: Any) -> str:
    """Return a value, as History keeps values, in words."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if name in {"start_datetime", "end_datetime"}:
        return _moment(value)
    if name == "sessions":
        return "; ".join(f"{_moment(each['start'])} - {_moment(each['end'])}" for each in value)
    if name == "location_type":
        return str(KINDS.get(value, value))
    return ", ".join(value) if isinstance(value, list) else str(value)


def _moment(value: str) -> str:
    when = dt.datetime.fromisoformat(value)
    return f"{date_format(when, _('D, M j'))} {when.year}, {date_format(when, 'P')}"
