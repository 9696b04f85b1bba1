"""What staff do to categories: each change is one transaction with its record and the calendar's version."""

import datetime as dt
from collections.abc import Mapping

from dctech.models import History
from dctech.moderation import Act, Gone, Stale
from dctech.moderation.writing import LostRace, commit
from events.filters import Filter
from events.models import DAYS_AHEAD, Category, Event


def find(slug: str) -> Category | None:
    """Return a category; None when there is none."""
    try:
        return Category.get("category", slug, consistent_read=True)
    except Category.DoesNotExist:
        return None


def store(category: Category, values: Mapping[str, str | None], act: Act) -> None:
    """Add a category, or change one that is as it was read; raise Stale when it is not."""
    before = {name: getattr(category, name) for name in values} if category.version else {}
    differing = {name: value for name, value in values.items() if before.get(name) != value}
    if before and not differing:
        return
    for name, value in differing.items():
        setattr(category, name, value)
    record = _record(
        category,
        "edited" if before else "added",
        act,
        {name: before[name] for name in differing if before},
        differing,
    )
    try:
        commit(lambda write: write.save(category), record)
    except LostRace:
        raise Stale({}) from None


def remove(category: Category, act: Act) -> None:
    """Delete a category that is as it was read. Events keep its slug, and have it again if it comes back."""
    record = _record(
        category, "deleted", act, {"name": category.name, "description": category.description}, {}
    )
    try:
        commit(lambda write: write.delete(category), record)
    except LostRace:
        raise (Stale({}) if find(category.slug) else Gone()) from None


def in_use(slug: str, now: dt.datetime) -> int:
    """Return how many upcoming events have a category; `now` is wall time."""
    coming = Event.upcoming(now, DAYS_AHEAD, Filter().states)
    return sum(slug in (event.categories or ()) for event in coming)


def _record(
    category: Category,
    action: str,
    act: Act,
    before: Mapping[str, str | None],
    after: Mapping[str, str | None],
) -> History:
    return History.entry(
        f"category#{category.slug}",
        action,
        now=act.now,
        by=act.by,
        before=dict(before) or None,
        after=dict(after) or None,
        suffix=f"v{int(category.version or 0) + 1}",
    )
