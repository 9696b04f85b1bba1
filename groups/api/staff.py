"""The staff's endpoints of groups."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Path, Schema
from pydantic import BeforeValidator, Field, TypeAdapter

from dctech.api.acting import found
from dctech.api.auth import caller_of
from dctech.api.editing import changes_of
from dctech.api.moderated import staff_router
from dctech.api.problems import Problem
from dctech.api.staff_schemas import ID_LENGTH, Edit, ModeratedOut, moderation_of
from dctech.api.staffed import Staffed, named
from groups.models import Group

LINES, LINE = 100, 500
"""How many lines, and characters in one, a list has of what is left out of a feed: DynamoDB takes 400 KB an item."""

Lines = Annotated[list[Annotated[str, Field(max_length=LINE)]], Field(max_length=LINES)]
LINES_ALONE = TypeAdapter(Lines)


def _lines_or_all(said: Any) -> Any:
    """Return lines, or true, else None; raise ValueError, or ValidationError that names the line alone.

    A union's own errors name each of its kinds.
    """
    if isinstance(said, list):
        return LINES_ALONE.validate_python(said, strict=True)
    if said is None or isinstance(said, bool):
        return said or None
    raise ValueError("Send a list of links, true for all, or null for none.")


LinesOrAll = Annotated[
    Lines | Literal[True] | bool | None,  # noqa: PYI051 - the API's description goes on naming it
    BeforeValidator(_lines_or_all),
]
GroupId = Annotated[str, Path(max_length=ID_LENGTH)]


class GroupEdit(Edit):
    """What is not sent stays as it is; null empties a field."""

    name: str = Field("", min_length=1)
    website: str | None = None
    description: str | None = Field(None, max_length=20_000)
    categories: list[str] | None = Field(None, max_length=50)
    active: bool = True
    ical: str | None = None
    timezone: str | None = None
    fallback_url: str | None = None
    scan_for_metadata: bool = False
    suppress_urls: LinesOrAll = Field(
        None, description="Links to leave out; true for all of the feed's."
    )
    suppress_guid: bool = False
    skip_phrases: Lines | None = None


class StaffGroup(ModeratedOut):
    group_id: str
    slug: str
    name: str
    website: str | None
    description: str | None
    categories: list[str]
    active: bool
    ical: str | None
    timezone: str | None
    fallback_url: str | None
    scan_for_metadata: bool
    suppress_urls: list[str] | bool | None
    suppress_guid: bool
    skip_phrases: list[str]
    listed: bool = Field(description="Whether the public sees it.")
    html_url: str


class CollectionOut(Schema):
    outcome: Literal["ok", "unchanged", "busy", "failed"]
    reason: str
    counts: dict[str, int] = Field(description="kind of change -> how many events")
    problems: list[str]


def shown(group: Group) -> dict[str, Any]:
    own = ("group_id", "slug", "name", "website", "description", "active", "ical", "timezone")
    feed = ("fallback_url", "scan_for_metadata", "suppress_urls", "suppress_guid")
    page = reverse("group", args=[group.slug], urlconf=settings.ROOT_URLCONF)
    return {
        **moderation_of(group),
        **{name: getattr(group, name) for name in (*own, *feed)},
        "categories": list(group.categories or ()),
        "skip_phrases": list(group.skip_phrases or ()),
        "listed": bool(group.active_approved),
        "html_url": f"{settings.SITE_URL}{page}",
    }


def changes(group: Group, said: Mapping[str, Any]) -> dict[str, Any]:
    from groups.admin_models import Group as Shown  # noqa: PLC0415 - the admin, which only the staff need

    return changes_of(Shown.from_item(group), said, called={})


router = staff_router(Staffed(Group, StaffGroup, GroupEdit, shown, changes))


@router.post("/{group_id}/collect", response=CollectionOut, **named("collect_group", 404, 409))
def collect(request: HttpRequest, group_id: GroupId) -> dict[str, Any]:
    """Read a group's feed now."""
    from collector.door import collect_now  # noqa: PLC0415 - nothing imports the collector when it loads

    caller_of(request).require("group", "view", "moderate")
    group = found(Group, group_id)
    if not (group.active_approved and group.ical):
        raise Problem(409, "Only an active, approved group with a feed is collected.")
    report = collect_now(group.group_id, timezone.now())
    return {
        "outcome": report.outcome,
        "reason": report.reason,
        "counts": dict(report.counts),
        "problems": [problem.message for problem in report.problems],
    }
