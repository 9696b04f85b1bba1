"""Whether a group is here already, by its feed or its website."""

from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext as _

from dctech.moderation import PENDING
from groups.models import Group

MOST_WAITING = 500


def known_by(address: str, *, but: str = "") -> Group | None:
    """Return the group that has this feed or website; what is rejected or asleep is not told of."""
    from collector.door import canonical_url  # noqa: PLC0415 - nothing imports the collector when it loads

    def same(url: str | None) -> str:
        return canonical_url(url).partition("://")[2] if url else ""

    waiting = Group.by_status.query(PENDING, scan_index_forward=False, limit=MOST_WAITING)
    for group in chain(Group.active_and_approved(), waiting):
        if group.group_id != but and same(address) in {same(group.ical), same(group.website)}:
            return group
    return None


def already(known: Group) -> str:
    """Return what somebody is told who submits a group that is here."""
    if known.active_approved:
        return str(_("The group %(name)s has it already: %(address)s")) % {
            "name": known.name,
            "address": reverse("group", args=[known.slug]),
        }
    return str(_("A group with this address is already waiting to be looked at."))
