"""Two calendars compared, event by event: what the old site lists against what this one does."""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Self
from urllib.parse import urlsplit

from events.models import Event

ALIKE = 0.8
"""How much of two titles must be the same for events of one day to be taken for one."""


class NotEvents(Exception):  # noqa: N818 - it is what the file is
    """The file is no list of the old site's events."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An event as a list shows it. `time` is HH:MM, "" for all day."""

    title: str
    day: dt.date
    time: str
    url: str
    last_day: dt.date

    @property
    def words(self) -> str:
        """The title as it is compared: letters and digits, in lower case."""
        plain = unicodedata.normalize("NFKC", self.title).casefold()
        return " ".join(re.findall(r"\w+", plain))

    @property
    def address(self) -> str:
        """The link as it is compared: without scheme, www, query and a last slash."""
        parts = urlsplit(self.url)
        return f"{parts.netloc.casefold().removeprefix('www.')}{parts.path.rstrip('/')}"

    def __str__(self) -> str:
        return f"{self.day} {self.time or 'all day':>7}  {self.title}"

    @classmethod
    def from_old(cls, said: dict[str, Any]) -> Self:
        """Read one event of the old site; raise ValueError, KeyError or TypeError for anything else.

        It spells a day `date` or `start_date`, a time `time` or `start_time`, and days with times of their own as an
        object from day to time.
        """
        day = dt.date.fromisoformat(said.get("date") or said["start_date"])
        time = said.get("time") or said.get("start_time") or ""
        if isinstance(time, dict):
            time = time.get(f"{day}") or ""
        end = said.get("end_date")
        last = dt.date.fromisoformat(end) if end else day
        clock = re.match(r"(\d{1,2}):(\d\d)", str(time).strip())
        shown = f"{int(clock[1]):02}:{clock[2]}" if clock else ""
        return cls(str(said["title"]).strip(), day, shown, said.get("url") or "", max(day, last))

    @classmethod
    def from_event(cls, event: Event) -> Self:
        start = event.start_datetime
        time = "" if event.all_day else f"{start:%H:%M}"
        return cls(event.title, start.date(), time, event.url or "", event.last_day)


@dataclass(frozen=True, slots=True)
class Pair:
    old: Listed
    new: Listed

    @property
    def differences(self) -> list[str]:
        """What the two say differently, in a reader's words."""
        found = []
        if self.old.words != self.new.words:
            found.append(f"title: {self.old.title!r}, here {self.new.title!r}")
        if self.old.day != self.new.day:
            found.append(f"day: {self.old.day}, here {self.new.day}")
        if self.old.time != self.new.time:
            found.append(f"time: {self.old.time or 'none'}, here {self.new.time or 'all day'}")
        if self.old.address != self.new.address:
            found.append(f"link: {self.old.url or 'none'}, here {self.new.url or 'none'}")
        return found


@dataclass(frozen=True, slots=True)
class Parity:
    pairs: Sequence[Pair]
    missing: Sequence[Listed]
    """On the old site alone."""
    extra: Sequence[Listed]
    """Here alone."""

    @property
    def differing(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.differences]

    @property
    def same(self) -> bool:
        return not (self.missing or self.extra or self.differing)


def old_events(text: bytes) -> list[Listed]:
    """Read the old site's events.json: a list, or an object with one as `events`; raise NotEvents."""
    try:
        said = json.loads(text)
    except ValueError as error:
        raise NotEvents(f"It is not JSON: {error}") from error
    if isinstance(said, dict):
        said = said.get("events")
    if not isinstance(said, list):
        raise NotEvents("It holds no list of events.")
    found = []
    for number, event in enumerate(said, 1):
        try:
            found.append(Listed.from_old(event))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotEvents(f"Event {number} cannot be read: {error!r}") from error
    return found


def between(events: Iterable[Listed], first: dt.date, last: dt.date) -> list[Listed]:
    """Return what is on any of these days."""
    return [event for event in events if event.last_day >= first and event.day <= last]


def compare(old: Sequence[Listed], new: Sequence[Listed]) -> Parity:
    """Pair the events of two calendars, the surest pairs first: each event is in one pair at most."""
    left, right = list(old), list(new)
    pairs: list[Pair] = []
    for alike in (_equal, _same_title_and_day, _same_link_and_day, _like_title, _same_title_near):
        for event in list(left):
            found = next((other for other in right if alike(event, other)), None)
            if found is not None:
                pairs.append(Pair(event, found))
                left.remove(event)
                right.remove(found)
    return Parity(sorted(pairs, key=lambda pair: pair.old.day), _by_day(left), _by_day(right))


def _equal(a: Listed, b: Listed) -> bool:
    return not Pair(a, b).differences


def _same_title_and_day(a: Listed, b: Listed) -> bool:
    return (a.words, a.day) == (b.words, b.day)


def _same_link_and_day(a: Listed, b: Listed) -> bool:
    return bool(a.address) and (a.address, a.day) == (b.address, b.day)


def _like_title(a: Listed, b: Listed) -> bool:
    return a.day == b.day and SequenceMatcher(None, a.words, b.words).ratio() >= ALIKE


def _same_title_near(a: Listed, b: Listed) -> bool:
    """One event that was put off by a day, or that the sites have in different time zones."""
    return a.words == b.words and a.address == b.address and abs(a.day - b.day).days == 1


def _by_day(events: Iterable[Listed]) -> list[Listed]:
    return sorted(events, key=lambda event: (event.day, event.time, event.title))


def report(parity: Parity) -> Iterator[str]:
    """Yield the lines of a report for people."""
    for heading, events in (
        ("On the old site alone", parity.missing),
        ("Here alone", parity.extra),
    ):
        if events:
            yield f"{heading}: {len(events)}"
            yield from (f"  {event}" for event in events)
    if parity.differing:
        yield f"Different: {len(parity.differing)}"
        for pair in parity.differing:
            yield f"  {pair.old}"
            yield from (f"      {difference}" for difference in pair.differences)
    alike = len(parity.pairs) - len(parity.differing)
    yield f"The same: {alike} of {len(parity.pairs) + len(parity.missing)} of the old site."
