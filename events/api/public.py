"""Events for everybody, without a key."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from ninja import Query, Router

from dctech.api.conditional import answer, kept, public
from dctech.api.cursors import Cursors
from dctech.api.problems import Problem
from events.api import changes, payload, schemas
from events.api.listing import last_change, listed
from events.api.queries import ChangesQuery, EventsQuery
from events.models import Event

router = Router(tags=["Events"])


@router.get(
    "/events",
    response=schemas.EventsAndGone,
    operation_id="list_events",
    summary="Events from now on, or within dates, or what has changed",
    openapi_extra=kept(400, 414, 422, dated=True),
)
@public(reads=ChangesQuery.model_fields)
def list_events(request: HttpRequest, query: Query[ChangesQuery]) -> HttpResponse:
    """In order of time, then of id. Follow `next` to the end; for a copy that stays fresh, send `updated_since`."""
    hybrid = query.location_type == "hybrid"
    wanted = query.filter("" if hybrid else query.location_type or "")

    def matches(event: Event) -> bool:
        return wanted.matches(event) and (not hybrid or event.location_type == "hybrid")

    return changes.answer_to(query, wanted, matches, timezone.now())


@router.get(
    "/events/upcoming",
    response=schemas.Events,
    operation_id="list_events_upcoming",
    summary="What one can go to: in person or hybrid",
    openapi_extra=kept(400, 414, 422, dated=True),
)
@public(reads=EventsQuery.model_fields)
def list_upcoming(request: HttpRequest, query: Query[EventsQuery]) -> HttpResponse:
    """As `GET /api/events` with `location_type=in_person`."""
    return _of_kind("in_person", query)


@router.get(
    "/events/virtual",
    response=schemas.Events,
    operation_id="list_events_virtual",
    summary="What is online: virtual or hybrid",
    openapi_extra=kept(400, 414, 422, dated=True),
)
@public(reads=EventsQuery.model_fields)
def list_virtual(request: HttpRequest, query: Query[EventsQuery]) -> HttpResponse:
    """As `GET /api/events` with `location_type=virtual`."""
    return _of_kind("virtual", query)


def _of_kind(kind: str, query: EventsQuery) -> HttpResponse:
    wanted, cursors = query.filter(kind), Cursors(f"events/{kind}", query.scope)
    after = tuple(cursors.read(query.cursor)) if query.cursor else None
    page = listed(
        query, wanted.states, wanted.matches, after, limit=query.limit, now=timezone.now()
    )
    said = {
        "events": [payload.event(event) for event in page.events],
        "next": cursors.write(page.end) if page.end else None,
    }
    return answer(said, last_change(page.events))


details = Router(tags=["Events"])
"""Mounted last: any other address below /events/ would be taken for an event's."""


@details.get(
    "/events/{event_id}",
    response=schemas.EventDetails,
    operation_id="get_event",
    summary="One event, with its description",
    openapi_extra=kept(302, 404, 410, dated=True),
)
@public()
def get_event(request: HttpRequest, event_id: str) -> HttpResponse:
    """One that was merged into another leads there; one whose retention is over is 410."""
    found = Event.find(event_id)
    if found is not None and found.status == "approved" and found.duplicate_of:
        original = Event.find(found.duplicate_of)
        if original is not None and original.listed:
            return HttpResponseRedirect(f"/api/events/{original.event_id}")
    if found is None or not found.listed:
        raise Problem(404, "No event with this id is listed.")
    if found.expired(timezone.now()):
        raise Problem(410, "The event is over, and its details are gone.")
    return answer(payload.detailed(found), found.changed_at)
