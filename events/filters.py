"""One filter, every channel: what of the calendar somebody wants to see, as an address says it."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from events.days import days_of, sessions_of
from events.models import EVERYWHERE, Event
from events.periods import Day, NoSuchPeriod
from events.words import folded, says, texts_of, words_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIMES = {"morning": range(12), "afternoon": range(12, 17), "evening": range(17, 24)}
KINDS = ("in_person", "virtual")
VALUES_AT_MOST = 20
"""Values of a field: each is compared with every event, and written into many links of a page."""

VALUE_LENGTH = 100
WORDS_AT_MOST = 12
SLUG = re.compile(r"[a-z0-9-]{1,80}")
PARAMETERS = (
    "region",
    "city",
    "category",
    "group",
    "kind",
    "free",
    "weekday",
    "time",
    "q",
    "not",
)
"""What of an address's query says a filter"""


class BadFilter(Exception):  # noqa: N818 - it is the reader's slip, and the message says how to mend it
    """A value that no filter has."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Every field that is not empty must hold; within one field, any of its values."""

    regions: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """group ids"""
    kind: str = ""
    """in_person or virtual; hybrid events are both, and so is a filter that names neither"""
    free: bool = False
    weekdays: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    _cities: frozenset[str] = field(init=False, repr=False, compare=False)
    _asked: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _unwanted: tuple[tuple[str, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare once what every event is compared with."""
        unwanted = (tuple(words_of(word)) for word in self.without)
        object.__setattr__(self, "_cities", frozenset(map(folded, self.cities)))
        object.__setattr__(self, "_asked", tuple(words_of(" ".join(self.words))))
        object.__setattr__(self, "_unwanted", tuple(filter(None, unwanted)))

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Read an address: region, city, category, group, kind, free, weekday, time, q, not.

        A field may be given several times, or once with commas. Other parameters are left alone. Raises BadFilter.
        """
        return cls(
            regions=_among(query, "region", settings.SITE_REGIONS, upper=True),
            cities=_texts(query, "city"),
            categories=_slugs(query, "category"),
            groups=_texts(query, "group"),
            kind=_kind(query),
            free=bool(_among(query, "free", ("1",))),
            weekdays=_among(query, "weekday", WEEKDAYS),
            times=_among(query, "time", tuple(TIMES)),
            words=_words(query, "q"),
            without=_words(query, "not"),
        )

    def __bool__(self) -> bool:
        return self != Filter()

    @property
    def query(self) -> str:
        """The query string that says this filter, always the same for the same filter."""
        pairs = {
            "region": ",".join(self.regions),
            "city": ",".join(self.cities),
            "category": ",".join(self.categories),
            "group": ",".join(self.groups),
            "kind": self.kind,
            "free": "1" if self.free else "",
            "weekday": ",".join(self.weekdays),
            "time": ",".join(self.times),
            "q": " ".join(self.words),
            "not": " ".join(self.without),
        }
        return urlencode({name: value for name, value in pairs.items() if value}, safe=",")

    @property
    def states(self) -> Sequence[str]:
        """The partitions of DateIndex in which something can match."""
        if self.regions:
            return self.regions
        return (*settings.SITE_REGIONS, EVERYWHERE)

    def matches(self, event: Event) -> bool:
        """Tell whether an event is wanted, by what the index projects of it."""
        return (
            (not self.regions or event.state in self.regions)
            and (not self.cities or folded(event.city or "") in self._cities)
            and (not self.categories or not set(self.categories).isdisjoint(event.categories or ()))
            and (not self.groups or not set(self.groups).isdisjoint(_groups(event)))
            and (not self.kind or event.location_type in {self.kind, "hybrid"})
            and (not self.free or event.is_free)
            and (not self.weekdays or not weekdays_of(event).isdisjoint(self.weekdays))
            and (not self.times or not times_of(event).isdisjoint(self.times))
            and self._says(event)
        )

    def _says(self, event: Event) -> bool:
        if not self.words and not self._unwanted:
            return True
        if self.words and not self._asked:  # signs alone, which no event has for a word
            return False
        words = words_of(" ".join(texts_of(event)))
        return all(says(words, asked) for asked in self._asked) and not any(
            all(says(words, part) for part in unwanted) for unwanted in self._unwanted
        )


def weekdays_of(event: Event) -> set[str]:
    """Return the weekdays it is on."""
    return {WEEKDAYS[day.weekday()] for day in days_of(event)}


def times_of(event: Event) -> set[str]:
    """Return the times of day at which it, or a session of it, begins."""
    starts = [span.start for span in sessions_of(event)]
    if not starts and not event.all_day:
        starts = [event.start_datetime]
    return {time for time, hours in TIMES.items() for start in starts if start.hour in hours}


def addressable(value: str) -> bool:
    """Tell whether a filter can name a value: a comma would make two of it."""
    return "," not in value and value.isprintable() and value == value.strip()[:VALUE_LENGTH]


def date_in(query: QueryDict, name: str) -> dt.date | None:
    """Return the day that a field of an address names, if it is there; raise BadFilter."""
    text = query.get(name, "").strip()
    try:
        return Day.read(text).first if text else None
    except NoSuchPeriod as error:
        raise BadFilter(
            _("A %(name)s is a day like 2026-09-01, not %(value)s.")
            % {"name": name, "value": repr(text[:40])}
        ) from error


def _groups(event: Event) -> set[str]:
    others = {other["group_id"] for other in event.also_published_by or ()}
    return {event.group_id, *others} if event.group_id else others


def _texts(query: QueryDict, name: str) -> tuple[str, ...]:
    said = (part.strip() for value in query.getlist(name) for part in value.split(","))
    values = {value[:VALUE_LENGTH] for value in said if value and value.isprintable()}
    if len(values) > VALUES_AT_MOST:
        raise BadFilter(
            _("A filter has at most %(most)s values of %(name)s, not %(number)s.")
            % {"most": VALUES_AT_MOST, "name": name, "number": len(values)}
        )
    return tuple(sorted(values))


def _kind(query: QueryDict) -> str:
    """Return the one kind that is wanted; who names both wants everything."""
    kinds = _among(query, "kind", KINDS)
    return kinds[0] if len(kinds) == 1 else ""


def _among(
    query: QueryDict, name: str, known: Sequence[str], *, upper: bool = False
) -> tuple[str, ...]:
    values = [value.upper() if upper else value.lower() for value in _texts(query, name)]
    for value in values:
        if value not in known:
            raise BadFilter(
                _("There is no %(name)s %(value)s; there are %(known)s.")
                % {"name": name, "value": repr(value), "known": ", ".join(known)}
            )
    return tuple(sorted(set(values), key=list(known).index))


def _slugs(query: QueryDict, name: str) -> tuple[str, ...]:
    values = _texts(query, name)
    for value in values:
        if not SLUG.fullmatch(value):
            raise BadFilter(
                _("A %(name)s is written in small letters, digits and hyphens, not %(value)s.")
                % {"name": name, "value": repr(value)}
            )
    return values


def _words(query: QueryDict, name: str) -> tuple[str, ...]:
    words = " ".join(query.getlist(name)).split()
    kept = dict.fromkeys(folded(word)[:40] for word in words if word.isprintable())
    return tuple(word for word in kept if word)[:WORDS_AT_MOST]
