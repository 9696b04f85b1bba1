"""“Why does it say this?” on an event's admin page: where each field comes from."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest

from dctech.admin.panel_sources import panel_of
from dctech.moderation import Moderated
from dctech.moderation.provenance import Origin, provenance
from events.editing import PUBLIC
from events.models import Event

if TYPE_CHECKING:
    from collector.door import PageSaid

TOLD = [name for name in PUBLIC if name not in {"description_html", "excerpt", "geo", "sessions"}]

GOVERNED = {
    "start_datetime": ("time",),
    "end_datetime": ("time",),
    "all_day": ("time",),
    "city": ("location",),
    "region": ("location",),
}
"""Fields that a lock of another one decides."""


def sources_panel(_request: HttpRequest, item: Moderated) -> dict[str, Any]:
    event: Any = item
    entries = list(event.history())
    said = provenance(
        event,
        TOLD,
        entries,
        locks=event.locks or {},
        governed=GOVERNED,
        collected=_collected(event),
    )
    return panel_of("event", said, last_seen=event.last_seen_date)


def _collected(event: Event) -> dict[str, Origin] | None:
    """Return what a read brought: "" for all that the feed says, and the fields that the event's page decided."""
    if event.source_type != "ical" or not event.group_id:
        return None
    feed = {"": Origin(f"feed:{event.group_id}", event.created_at)}
    page = _page(event)
    if page is None:
        return feed
    address = (event.feed_values or {}).get("url") or event.url
    read_at = dt.datetime.combine(page.read_on, dt.time(), tzinfo=settings.SITE_ZONE)
    origin = Origin(f"page:{address}", read_at)
    said = {name for name, value in page.values.items() if getattr(event, name) == value}
    place = {"city", "region"} if "location" in said else set()
    return feed | dict.fromkeys(said | place, origin)


def _page(event: Event) -> "PageSaid | None":
    from collector.door import page_said  # noqa: PLC0415 - nothing imports the collector when it loads

    feed_values = event.feed_values or {}
    address = feed_values.get("url") or event.url
    start = feed_values.get("start_datetime") or event.start_datetime.isoformat()
    if not address or not event.group_id:
        return None
    return page_said(event.group_id, address, dt.date.fromisoformat(start[:10]))
