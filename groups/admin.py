"""Groups in Django's admin."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timesince import timesince

from dctech.admin.deciding import Taken, act_of
from dctech.admin.filters import AttributeFilter
from dctech.admin.moderated import ModeratedAdmin
from dctech.admin.panel_history import history_panel
from dctech.moderation import APPROVED, ApprovalMetadata
from groups import models as stored
from groups.admin_feed import feed_panel
from groups.admin_forms import GroupForm
from groups.admin_models import Group
from groups.admin_sources import sources_panel


class ActiveFilter(AttributeFilter):
    title, parameter_name, attribute = "active", "active", "active"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's
        return [("yes", "Yes"), ("no", "No")]

    def test(self) -> Callable[[Any], bool]:
        wanted = self.value() == "yes"
        return lambda group: bool(getattr(group, "active", None)) == wanted


class FeedFilter(AttributeFilter):
    title, parameter_name, attribute = "feed", "feed", "ical"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's
        return [("yes", "Has one"), ("no", "Has none")]

    def test(self) -> Callable[[Any], bool]:
        wanted = self.value() == "yes"
        return lambda group: bool(getattr(group, "ical", None)) == wanted


@admin.register(Group)
class GroupAdmin(ModeratedAdmin):
    items = stored.Group
    form = GroupForm
    panels = (feed_panel, sources_panel, history_panel)
    list_display = ("name", "website", "has_feed", "active", "age")
    list_filter = (ActiveFilter, FeedFilter)
    search_fields = ("name", "website", "ical")
    fieldsets = (
        (None, {"fields": ("name", "website", "description", "categories", "active")}),
        ("Feed", {"fields": ("ical", "timezone", "fallback_url", "scan_for_metadata")}),
        (
            "What to leave out of the feed",
            {"fields": ("suppress_urls", "suppress_guid", "skip_phrases")},
        ),
    )

    @admin.display(description="Feed", boolean=True)
    def has_feed(self, group: Group) -> bool:
        return bool(group.ical)

    @admin.display(description="Waiting")
    def age(self, group: Group) -> str:
        return timesince(group.submitted_at, depth=1) if group.submitted_at else ""

    def add(self, request: HttpRequest, values: dict[str, Any]) -> stored.Group:
        act = act_of(request)
        values = {name: value for name, value in values.items() if value not in ("", [], None)}
        key = stored.Group.slug_for(values["name"])
        if stored.Group.find(key):
            raise Taken
        group = stored.Group(
            key,
            **values,
            slug=key,
            status=APPROVED,
            approval_metadata=ApprovalMetadata(approved_by=act.by, approved_at=act.now),
            submitted_at=act.now,
            created_at=act.now,
            updated_at=act.now,
        )
        group.submit(act, "added")
        return group

    def view_on_site(self, obj: Group) -> str | None:
        return reverse("group", args=[obj.item.slug]) if obj.item.active_approved else None
