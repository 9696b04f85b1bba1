"""Submitting an event: the check is the form's that people fill in."""

from collections.abc import Mapping
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from dctech.api.editing import errors_of
from dctech.api.private import private
from dctech.api.problems import Problem
from dctech.api.submissions import OPENAPI, Post, Submitted, sender
from events.models import Event
from events.submit.attributes import event
from events.submit.forms import EventForm
from events.submit.when import MORE_DAYS

DATE, TIME = "YYYY-MM-DD", "HH:MM"

router = Router(auth=sender, tags=["Submissions"])
router.add_decorator(private, mode="view")


class Body(Schema):
    model_config = ConfigDict(extra="forbid", strict=True)


class Session(Body):
    date: str = Field(description=DATE)
    time: str = Field(description=TIME)
    end_time: str | None = Field(None, description=TIME)


class EventBody(Body):
    """Times are those of `timezone`, the calendar's own unless another is named."""

    title: str = Field(examples=["Python Night"])
    date: str = Field(description=DATE, examples=["2026-09-02"])
    time: str | None = Field(None, description=f"{TIME}; none for `all_day`.", examples=["18:30"])
    location: str | None = Field(None, examples=["Town Hall, 12 Main Street, Arlington, VA"])
    url: str | None = Field(None, examples=["https://example.org/python-night"])
    submitter_email: str = Field(description="Never shown.", examples=["ada@example.org"])
    end_time: str | None = Field(None, description=TIME, examples=["20:30"])
    end_date: str | None = Field(None, description=f"{DATE}: the last day, inclusive.")
    all_day: bool = False
    more_days: list[Session] = Field(
        [],
        max_length=len(MORE_DAYS),
        description="The days after the first, with times of their own.",
    )
    timezone: str | None = Field(None, examples=["America/New_York"])
    location_type: Literal["in_person", "virtual", "hybrid"] = "in_person"
    city: str | None = None
    state: str | None = Field(None, description="One of the calendar's regions.")
    cost: str | None = Field(None, examples=["Free"])
    categories: list[str] = Field([], max_length=50, description="Slugs of /api/categories.")
    description: str | None = Field(None, description="Markdown.")


@router.post(
    "/events/submit",
    response={202: Submitted},
    operation_id="submit_event",
    url_name="submit_event",
    summary="Submit an event",
    openapi_extra=OPENAPI,
)
def submit_event(request: HttpRequest, body: EventBody) -> Status[Any]:
    """It waits for a moderator; its sender gets a mail with the private address."""
    return Post.of(request).once(Event, lambda post: _stored(post, body))


def _stored(post: Post, body: EventBody) -> dict[str, Any]:
    form = EventForm(_fields(body), now=post.now)
    if not form.is_valid():
        raise Problem(422, errors=errors_of(form, CALLED))
    new = event(form, post.now, post.status)
    if known := Event.find(new.event_id):
        raise _known(known)
    post.limit(form.cleaned_data["submitter_email"])
    return post.send([new], lambda: _known(Event.find(new.event_id) or new))


CALLED = {"region": "state"} | {
    f"{name}_{number}": f"more_days.{number - 2}.{name}"
    for name in ("date", "time", "end_time")
    for number in MORE_DAYS
}
"""field of the form -> of the body, where they differ"""


def _fields(body: EventBody) -> Mapping[str, Any]:
    """Return a body as the form's fields."""
    said = body.dict(exclude={"more_days", "state"})
    days = {
        f"{name}_{number}": value
        for number, day in enumerate(body.more_days, 2)
        for name, value in day.dict().items()
    }
    fields = {"region": body.state, **said, **days}
    return {name: value for name, value in fields.items() if value is not None}


def _known(known: Event) -> Problem:
    """Return what is said of an event that is here already, as the page says it."""
    address = None
    if known.listed:
        names = [known.event_id, known.slug]
        path = reverse("event", args=names, urlconf=settings.ROOT_URLCONF)
        address = f"{settings.SITE_URL}{path}"
    detail = "This event, with the same link, title and start, was sent before."
    return Problem(409, detail, known={"status": known.status, "html_url": address})
