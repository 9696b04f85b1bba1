"""Events in Django's admin: the queue, the review form, and the page as the public would see it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.timesince import timesince

from dctech.admin.deciding import Taken, act_of
from dctech.admin.filters import AttributeFilter, ChosenFilter
from dctech.admin.moderated import ModeratedAdmin
from dctech.admin.panel_history import history_panel
from dctech.moderation import APPROVED, ApprovalMetadata
from dctech.submissions.markdown import described
from events import models as stored
from events import sharing
from events.admin_categories import CategoryAdmin
from events.admin_forms import HOW, EventForm
from events.admin_locks import locks_panel
from events.admin_models import Event
from events.admin_sources import sources_panel
from events.views import wall_clock

__all__ = ["CategoryAdmin", "EventAdmin"]

SOURCES = [("ical", "Feed"), ("single_event", "By hand"), ("submission", "Submitted")]


class RegionFilter(AttributeFilter):
    title, parameter_name, attribute = "region", "region", "region"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's
        return [(region, region) for region in settings.SITE_REGIONS]


class SourceFilter(AttributeFilter):
    title, parameter_name, attribute = "source", "source", "source_type"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's
        return SOURCES


class HowFilter(AttributeFilter):
    title, parameter_name, attribute = "how", "how", "location_type"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's
        return HOW


class GroupFilter(ChosenFilter):
    title, parameter_name, attribute = "group", "group", "group_name"


@admin.register(Event)
class EventAdmin(ModeratedAdmin):
    items = stored.Event
    form = EventForm
    has_preview = True
    panels = (locks_panel, sources_panel, history_panel)
    list_display = ("title", "when", "where", "group", "source", "age")
    list_filter = (RegionFilter, SourceFilter, HowFilter, GroupFilter)
    search_fields = ("title", "location", "group_name", "url")
    fieldsets = (
        (None, {"fields": ("title", "url", "description")}),
        ("When", {"fields": (("start_datetime", "end_datetime"), "all_day", "event_status")}),
        ("Where", {"fields": ("location_type", "location", ("city", "region"))}),
        ("Who", {"fields": (("group_name", "group_website"),)}),
        ("More", {"fields": ("cost", "categories")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Return besides the others the group of a collected event, which its feed sets at each read."""
        names = super().get_readonly_fields(request, obj)
        if obj is not None and obj.source_type == "ical":
            return [*names, "group_name", "group_website"]
        return names

    @admin.display(description="When")
    def when(self, event: Event) -> str:
        start = event.start_datetime
        return f"{start:%a %b} {start.day}, {start:%Y %H:%M}" if start else ""

    @admin.display(description="Where")
    def where(self, event: Event) -> str:
        return str(event.location or dict(HOW).get(event.location_type, ""))

    @admin.display(description="Group")
    def group(self, event: Event) -> str:
        if not event.group_name:
            return ""
        chosen = urlencode({"group": event.group_name})
        return str(format_html('<a href="?{}">{}</a>', chosen, event.group_name))

    @admin.display(description="Source")
    def source(self, event: Event) -> str:
        return dict(SOURCES).get(event.source_type, "")

    @admin.display(description="Waiting")
    def age(self, event: Event) -> str:
        return timesince(event.submitted_at, depth=1) if event.submitted_at else ""

    def add(self, request: HttpRequest, values: dict[str, Any]) -> stored.Event:
        act = act_of(request)
        event = _event(values, act.now)
        event.status = APPROVED
        event.approval_metadata = ApprovalMetadata(approved_by=act.by, approved_at=act.now)
        if stored.Event.find(event.event_id):
            raise Taken
        event.submit(act, "added")
        return event

    def preview(
        self, request: HttpRequest, item: stored.Event | None, values: dict[str, Any]
    ) -> HttpResponse:
        now = timezone.now()
        if item is None:
            event = _event({"title": "…", "start_datetime": wall_clock(now), **values}, now)
        else:
            event = stored.Event(**{**item.attribute_values, **values})
        context = {"event": event, "now": wall_clock(now), "sharing": sharing.context(event)}
        return render(request, "events/event.html", context)

    def view_on_site(self, obj: Event) -> str | None:
        event = obj.item
        return reverse("event", args=[event.event_id, event.slug]) if event.listed else None


def _event(values: dict[str, Any], now: dt.datetime) -> stored.Event:
    """Return an unsaved event that somebody of the staff adds."""
    values = {name: value for name, value in values.items() if value not in ("", [], None)}
    start = values.pop("start_datetime")
    all_day = bool(values.get("all_day"))
    title, url = values["title"], values.get("url", "")
    values |= described(values.get("description"))
    return stored.Event(
        stored.Event.identify(url, title, start, all_day=all_day),
        start,
        **{"end_datetime": start, **values},
        excerpt=stored.Event.excerpt_of(values["description"]),
        source_type="single_event",
        submitted_at=now,
        created_at=now,
        updated_at=now,
        changed_at=now,
    )
