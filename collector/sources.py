"""Which groups are collected, and where they come from."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from collector.live_site import read_groups
from groups.models import Group


class UnknownGroup(Exception):  # noqa: N818 - what it says is what it is
    """A group that was asked for by name is not there, or has no feed to read."""


def groups(group_ids: Sequence[str]) -> list[Group]:
    """Return the groups to read, from where FEED_SOURCE says. Raises UnknownGroup."""
    source, _, directory = settings.FEED_SOURCE.partition(":")
    if source == "yaml":
        found = [g for g in read_groups(Path(directory)) if g.active_approved and g.ical]
    else:
        found = Group.with_feeds()
    if not group_ids:
        return found
    by_id = {group.group_id: group for group in found}
    if unknown := [name for name in group_ids if name not in by_id]:
        raise UnknownGroup(f"No active, approved group with a feed is called {', '.join(unknown)}.")
    return [by_id[name] for name in group_ids]
