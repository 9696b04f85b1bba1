"""What may be the same event under another name: asked before anything is sent."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from dctech.moderation import PENDING
from events.models import Event
from events.search import distance, edits_forgiven
from events.searching import kept
from events.words import words_of

MOST_WAITING = 500
"""How much of the queue is looked through, the newest first."""

MOST_SHOWN = 5
ALIKE = 0.7
"""The part of all words of two titles that both have."""


@dataclass(frozen=True, slots=True)
class Alike:
    """What is on the calendar is shown; what waits is nobody's to see, and only counted."""

    listed: list[Event] = field(default_factory=list)
    waiting: int = 0

    def __bool__(self) -> bool:
        return bool(self.listed or self.waiting)


def alike(new: Event, now: dt.datetime) -> Alike:
    """Return what has the same link, or a similar title on a day of the new one; `now` is wall time."""
    listed = [event for event in kept.current(now).index.events if _alike(event, new)]
    newest = Event.by_status.query(PENDING, scan_index_forward=False, limit=MOST_WAITING)
    waiting = sum(_alike(event, new) for event in newest)
    return Alike(listed[:MOST_SHOWN], waiting)


def similar(one: str, other: str) -> bool:
    """Tell whether two titles have most of their words in common, slips of the finger forgiven."""
    words, others = words_of(one), words_of(other)
    common = sum(_said(word, others) for word in words)
    total = len(words) + len(others) - common
    return bool(total) and common / total >= ALIKE


def _alike(event: Event, new: Event) -> bool:
    if event.event_id == new.event_id:
        return False
    same_link = bool(new.url) and event.url == new.url and _one_page(new.url or "")
    days = (new.start_datetime.date(), new.last_day)
    on_its_days = days[0] <= event.start_datetime.date() <= days[1]
    return same_link or (on_its_days and similar(event.title, new.title))


def _one_page(url: str) -> bool:
    """Tell whether a link is more than a site's front page, which many events share."""
    return bool(url.partition("://")[2].partition("/")[2])


def _said(word: str, others: Sequence[str]) -> bool:
    forgiven = edits_forgiven(word)
    return any(
        word == other or (forgiven and distance(word, other, forgiven) <= forgiven)
        for other in others
    )
