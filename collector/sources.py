"""Which groups are collected, and where they come from."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from collector.live_site import read_groups
from groups.models import Group


class UnknownGroup(Exception):  # noqa: N818 - what it says is what it is
    """A group that was asked for by name is not there, or has no feed to read."""


def groups(group_ids: Sequence[str]) -> list[Group]:
    """Return the groups to read, from where FEED_SOURCE says.

    Raises UnknownGroup, ImproperlyConfigured for another source, NotALiveSite for another folder.
    """
    found = _from_settings()
    if not group_ids:
        return found
    by_id = {group.group_id: group for group in found}
    if unknown := [name for name in group_ids if name not in by_id]:
        raise UnknownGroup(f"No active, approved group with a feed is called {', '.join(unknown)}.")
    return [by_id[name] for name in group_ids]


def of_shard(group_ids: Sequence[str]) -> list[Group]:
    """Return those of a shard's groups that are still collected."""
    if settings.FEED_SOURCE != "dynamodb":
        wanted = set(group_ids)
        return [group for group in _from_settings() if group.group_id in wanted]
    return [
        group for group in Group.batch_get(list(group_ids)) if group.active_approved and group.ical
    ]


def _from_settings() -> list[Group]:
    source, _, directory = settings.FEED_SOURCE.partition(":")
    if source == "yaml" and directory:
        return [
            group for group in read_groups(Path(directory)) if group.active_approved and group.ical
        ]
    if source == "dynamodb":
        return Group.with_feeds()
    raise ImproperlyConfigured(
        f"FEED_SOURCE={settings.FEED_SOURCE!r} must be dynamodb, or yaml:DIR with a live site's folder."
    )
