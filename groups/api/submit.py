"""Submitting a group: the check is the form's that people fill in, and its feed is read at once."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from dctech import clients
from dctech.api.editing import errors_of
from dctech.api.private import private
from dctech.api.problems import Problem
from dctech.api.submissions import OPENAPI, Post, Submitted, sender
from dctech.submissions.limits import FEED_READS
from groups.models import Group
from groups.submit.attributes import candidates
from groups.submit.forms import GroupForm
from groups.submit.known import already, known_by
from groups.submit.reasons import reason

router = Router(auth=sender, tags=["Submissions"])
router.add_decorator(private, mode="view")


class GroupBody(Schema):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(examples=["DC Python"])
    website: str = Field(examples=["https://dcpython.example.org/"])
    ical: str = Field(
        description="The address of an iCalendar feed, which is read before the answer.",
        examples=["https://dcpython.example.org/events.ics"],
    )
    submitter_email: str = Field(description="Never shown.", examples=["ada@example.org"])
    description: str | None = None
    categories: list[str] = Field([], max_length=50, description="Slugs of /api/categories.")


@router.post(
    "/groups/submit",
    response={202: Submitted},
    operation_id="submit_group",
    url_name="submit_group",
    summary="Submit a group",
    openapi_extra=OPENAPI,
)
def submit_group(request: HttpRequest, body: GroupBody) -> Status[Any]:
    """It waits for a moderator; its sender gets a mail with the private address."""
    return Post.of(request).once(Group, lambda post: _stored(post, body))


def _stored(post: Post, body: GroupBody) -> dict[str, Any]:
    form = GroupForm(body.dict(exclude_none=True), now=post.now)
    if form.is_valid():
        _check_new(form)
    if form.is_valid():
        _check_feed(form, post)
    if not form.is_valid():
        raise Problem(422, errors=errors_of(form, {}))
    post.limit(form.cleaned_data["submitter_email"])
    return post.send(candidates(form, post.now, post.status), _taken)


def _check_new(form: GroupForm) -> None:
    for name in ("ical", "website"):
        if known := known_by(form.cleaned_data[name]):
            form.add_error(name, already(known))
            return  # the field is not among what is clean any more


def _check_feed(form: GroupForm, post: Post) -> None:
    from collector.door import preview  # noqa: PLC0415 - nothing imports the collector when it loads

    post.take(FEED_READS, clients.address(post.request))
    found = preview(form.cleaned_data["ical"], post.now)
    if found.error:
        form.add_error("ical", reason(found.error, found.message))


def _taken() -> Problem:
    return Problem(409, "There are many groups of this name. Choose a longer one.")
