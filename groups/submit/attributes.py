"""From a valid form to the attributes of a group. The API uses it as the pages do."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from groups.models import Group
from groups.submit.forms import GroupForm

MOST_NAMESAKES = 20


def attributes(form: GroupForm) -> dict[str, Any]:
    """Return the attributes that the submitter decides."""
    said = form.cleaned_data
    return {
        "name": said["name"],
        "website": said["website"],
        "ical": said["ical"],
        "description": said["description"] or None,
        "categories": said["categories"] or None,
    }


def candidates(form: GroupForm, now: dt.datetime, status: str) -> Iterator[Group]:
    """Yield the unsaved submission under each id that is free, until the caller has stored one."""
    for group_id in _ids(form.cleaned_data["name"]):
        if Group.find(group_id):
            continue
        yield Group(
            group_id,
            slug=group_id,
            **attributes(form),
            status=status,
            submitted_by=form.cleaned_data["submitter_email"],
            submitted_at=now,
            created_at=now,
            updated_at=now,
        )


def _ids(name: str) -> list[str]:
    """Return the ids that a group of this name may have: its place in addresses, numbered where it is taken."""
    slug = Group.slug_for(name)
    return [slug, *(f"{slug}-{number}" for number in range(2, MOST_NAMESAKES))]
