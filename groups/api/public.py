"""Groups for everybody, without a key."""

from itertools import islice
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from dctech.api.conditional import answer, kept, public
from dctech.api.cursors import Cursors
from dctech.api.problems import Problem
from events.api import payload
from events.api.listing import last_change, page, runs, start_of
from events.api.queries import PageQuery
from events.api.schemas import Events
from events.models import Event
from events.views import wall_clock
from events.weblinks import web_address
from groups.api import schemas
from groups.models import Group

router = Router(tags=["Groups"])
details = Router(tags=["Groups"])
"""Mounted last: any other address below /groups/ would be taken for a group's."""

KEY_BYTES = 2_048
"""The longest partition key DynamoDB takes."""


@router.get(
    "/groups",
    response=schemas.Groups,
    operation_id="list_groups",
    summary="The groups whose events are here",
    openapi_extra=kept(400, 414, 422),
)
@public(reads=PageQuery.model_fields)
def list_groups(request: HttpRequest, query: Query[PageQuery]) -> HttpResponse:
    """By name."""
    cursors = Cursors("groups", {})
    name, group_id = cursors.read(query.cursor) if query.cursor else ("", "")
    ahead = (
        group
        for group in Group.active_and_approved(since=name, at_once=query.limit + 1)
        if (group.name, group.group_id) > (name, group_id)
    )
    found = list(islice(ahead, query.limit + 1))
    shown = found[: query.limit]
    more = len(found) > query.limit
    said = {
        "groups": [_group(group) for group in shown],
        "next": cursors.write([shown[-1].name, shown[-1].group_id]) if more else None,
    }
    return answer(said)


@details.get(
    "/groups/{group_id}",
    response=schemas.Group,
    operation_id="get_group",
    summary="One group",
    openapi_extra=kept(404),
)
@public()
def get_group(request: HttpRequest, group_id: str) -> HttpResponse:
    return answer(_group(_listed(group_id)))


@details.get(
    "/groups/{group_id}/events",
    response=Events,
    operation_id="list_group_events",
    summary="What a group has from now on",
    openapi_extra=kept(400, 404, 414, 422, dated=True),
)
@public(reads=PageQuery.model_fields)
def list_group_events(request: HttpRequest, group_id: str, query: Query[PageQuery]) -> HttpResponse:
    """What the group itself holds; `GET /api/events?group_id=` has what it announces of others as well."""
    group = _listed(group_id)
    cursors = Cursors("groups/events", {"group_id": group.group_id})
    after = tuple(cursors.read(query.cursor)) if query.cursor else None
    wall = wall_clock(timezone.now())
    first = start_of(after, wall)
    ordered = Event.of_group_in_order(group.group_id, first, at_once=query.limit + 1)
    found = page(ordered, lambda event: runs(event, wall, wall), after, query.limit)
    said = {
        "events": [payload.event(event) for event in found.events],
        "next": cursors.write(found.end) if found.end else None,
    }
    return answer(said, last_change(found.events))


def _listed(group_id: str) -> Group:
    found = Group.find(group_id) if 0 < len(group_id.encode()) <= KEY_BYTES else None
    if found is None or not found.active_approved:
        raise Problem(404, "No group with this id is listed.")
    return found


def _group(group: Group) -> dict[str, object]:
    return {
        "group_id": group.group_id,
        "name": group.name,
        "website": web_address(group.website) or None,
        "html_url": f"{settings.SITE_URL}/groups/{quote(group.slug, safe='')}/",
        "events_url": f"{settings.SITE_URL}/api/groups/{quote(group.group_id, safe='')}/events",
        "categories": list(group.categories or ()),
    }
