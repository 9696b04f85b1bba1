"""“Why does it say this?” on a group's admin page."""

from typing import Any

from django.http import HttpRequest

from dctech.admin.panel_sources import panel_of
from dctech.moderation import Moderated
from dctech.moderation.provenance import provenance

TOLD = ("name", "website", "description", "categories", "ical", "fallback_url", "timezone")


def sources_panel(_request: HttpRequest, item: Moderated) -> dict[str, Any]:
    names = [name for name in TOLD if name in item.get_attributes()]
    said = provenance(item, names, list(item.history()), locks={}, governed={}, collected=None)
    return panel_of("group", said)
