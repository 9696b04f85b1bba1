"""One filter, every channel: what of the calendar somebody wants to see, as an address says it."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from events.models import EVERYWHERE, Event
from events.periods import Day, NoSuchPeriod

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIMES = {"morning": range(12), "afternoon": range(12, 17), "evening": range(17, 24)}
KINDS = ("in_person", "virtual")
WORDS_AT_MOST = 12
SLUG = re.compile(r"[a-z0-9-]{1,80}")


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
    """in_person or virtual; hybrid events are both"""
    free: bool = False
    weekdays: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

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
            kind="".join(_among(query, "kind", KINDS)[:1]),
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
            and (not self.cities or folded(event.city or "") in map(folded, self.cities))
            and (not self.categories or not set(self.categories).isdisjoint(event.categories or ()))
            and (not self.groups or not set(self.groups).isdisjoint(_groups(event)))
            and (not self.kind or event.location_type in {self.kind, "hybrid"})
            and (not self.free or is_free(event))
            and (not self.weekdays or WEEKDAYS[event.start_datetime.weekday()] in self.weekdays)
            and (not self.times or _at_time(event, self.times))
            and self._says(event)
        )

    def _says(self, event: Event) -> bool:
        if not self.words and not self.without:
            return True
        text = folded(
            " ".join(filter(None, [event.title, event.group_name, event.location, event.excerpt]))
        )
        return all(folded(word) in text for word in self.words) and not any(
            folded(word) in text for word in self.without
        )


def is_free(event: Event) -> bool:
    """Tell whether an event says that it costs nothing: "Free", "free for founders", "$0"."""
    cost = (event.cost or "").strip().casefold()
    return cost.startswith("free") or cost in {"0", "$0", "none"}


def folded(text: str) -> str:
    """Return a text without case and accents, to compare by."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


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


def _at_time(event: Event, times: Sequence[str]) -> bool:
    start: dt.datetime = event.start_datetime
    return not event.all_day and any(start.hour in TIMES[time] for time in times)


def _texts(query: QueryDict, name: str) -> tuple[str, ...]:
    values = (part.strip() for value in query.getlist(name) for part in value.split(","))
    return tuple(sorted({value[:100] for value in values if value and value.isprintable()}))


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
