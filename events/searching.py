"""The page of a search: words, what else is wanted, and how much there is of each."""

import datetime as dt
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dctech import freshness
from events.browse.matching import KINDS, TIME_NAMES, WEEKDAY_NAMES, fields_of
from events.filters import PARAMETERS as FILTERING
from events.filters import BadFilter, Filter, date_in
from events.models import DAYS_AHEAD, Category, Event
from events.search import Index
from events.views import wall_clock
from events.words import folded

PER_PAGE = 50
VALUES_SHOWN = 10
PAGE = re.compile(r"[1-9][0-9]{0,4}")
PARAMETERS = (*FILTERING, "start_date", "end_date", "page")

FIELDS = {
    "kind": ("kind", gettext_lazy("How")),
    "region": ("regions", gettext_lazy("Region")),
    "city": ("cities", gettext_lazy("City")),
    "category": ("categories", gettext_lazy("Category")),
    "group": ("groups", gettext_lazy("Group")),
    "weekday": ("weekdays", gettext_lazy("Weekday")),
    "time": ("times", gettext_lazy("Time of day")),
    "free": ("free", gettext_lazy("Cost")),
}
"""Field of an address -> attribute of Filter, heading"""

WORDED: dict[str, Mapping[str, str]] = {
    "kind": KINDS,
    "weekday": WEEKDAY_NAMES,
    "time": TIME_NAMES,
    "free": {"1": gettext_lazy("Free")},
}
"""Fields whose values have names and an order of their own"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for."""

    filter: Filter = field(default_factory=Filter)
    start: dt.date | None = None
    end: dt.date | None = None
    page: int = 1

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Read the fields of Filter, start_date and end_date (inclusive) and page; raise BadFilter."""
        start, end = date_in(query, "start_date"), date_in(query, "end_date")
        if start and end and end < start:
            raise BadFilter(
                _("The end_date %(end)s is before the start_date %(start)s.")
                % {"end": end, "start": start}
            )
        page = query.get("page") or "1"
        if not PAGE.fullmatch(page):
            raise BadFilter(
                _("Pages are numbered from 1, there is no page %(page)s.")
                % {"page": repr(page[:40])}
            )
        return cls(Filter.from_query(query), start, end, int(page))

    @property
    def address(self) -> str:
        page = self.page if self.page > 1 else None
        more = {"start_date": self.start, "end_date": self.end, "page": page}
        rest = urlencode({name: value for name, value in more.items() if value})
        query = "&".join(filter(None, [self.filter.query, rest]))
        return f"{reverse('search')}{query and '?'}{query}"

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return the values that a field must have, as facets write them."""
        value = getattr(self.filter, FIELDS[name][0])
        values = value if isinstance(value, tuple) else ("1" if value is True else value,)
        return tuple(folded(each) if name == "city" else each for each in values if each)

    def choosing(self, name: str, values: Iterable[str]) -> Self:
        """Return the same with other values of a field, from its first page on."""
        kept: Any = tuple(sorted(set(values)))
        if name in {"kind", "free"}:
            kept = "".join(kept) if name == "kind" else bool(kept)
        return replace(self, filter=replace(self.filter, **{FIELDS[name][0]: kept}), page=1)

    def toggling(self, name: str, value: str) -> Self:
        if value in self.chosen(name):
            return self.choosing(name, set(self.chosen(name)) - {value})
        return self.choosing(name, {value} if name == "kind" else {*self.chosen(name), value})

    def among(self, events: Iterable[Event]) -> list[Event]:
        """Return those with everything but the words: they are the index's matter."""
        rest = replace(self.filter, words=())
        if not (rest or self.start or self.end):
            return list(events)
        return [event for event in events if self._in_time(event) and rest.matches(event)]

    def _in_time(self, event: Event) -> bool:
        return (not self.start or event.last_day >= self.start) and (
            not self.end or event.start_datetime.date() <= self.end
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is searched, of one version of the calendar."""

    index: Index
    categories: dict[str, str]
    key: tuple[int, float, dt.date]
    read_at: float


class Kept:
    """This process's snapshot, made again by the same rules as pages are (see dctech.freshness)."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def current(self, now: dt.datetime) -> Snapshot:
        """Return the snapshot, read again where it must be; `now` is wall time."""
        version = freshness.pages.version()
        # a page settles after the moment its version was seen, so what it is made of must as well
        key = (version, freshness.pages.changed_at, now.date())
        with self._lock:
            kept, at = self._snapshot, self._clock()
            if kept is None or kept.key != key or _stale(kept, at):
                index = Index(Event.upcoming(now, DAYS_AHEAD, Filter().states))
                names = {category.slug: category.name for category in Category.all()}
                kept = self._snapshot = Snapshot(index, names, key, at)
        return kept


def _stale(kept: Snapshot, at: float) -> bool:
    settled_at = kept.key[1] + freshness.SETTLES
    return at - kept.read_at >= freshness.KEPT or kept.read_at < settled_at <= at


kept = Kept()


def search(request: HttpRequest) -> HttpResponse:
    """List what is found, the best first; a search said in a roundabout way is sent to its one address."""
    typed = " ".join(filter(str.isprintable, " ".join(request.GET.getlist("q")).split()))[:200]
    try:
        wanted = Wanted.from_query(request.GET)
    except BadFilter as error:
        mistake = {"typed": typed, "mistake": str(error)}
        return render(request, "events/search.html", mistake, status=400)
    if fields_of(request.GET) != fields_of(QueryDict(wanted.address.partition("?")[2])):
        return redirect(wanted.address, permanent=True)
    now = wall_clock(timezone.now())
    snapshot = kept.current(now)
    said = snapshot.index.search(wanted.filter.words)
    found = wanted.among(said)
    context = {
        "typed": typed,
        "wanted": wanted,
        "hidden": _hidden(wanted.filter),
        "total": len(found),
        "facets": _facets(wanted, snapshot, said, found),
        "channels": _channels(wanted, found),
        "nearest": [] if said else _nearest(wanted.filter, snapshot.index),
        "unfiltered": Wanted(Filter(words=wanted.filter.words)).address if said else "",
        "days_ahead": DAYS_AHEAD,
        "today": now.date(),
        **_paged(wanted, found),
    }
    return render(request, "events/search.html", context)


def _channels(wanted: Wanted, found: Sequence[Event]) -> str | None:
    """Return the filter that gives the same in every format: none knows of dates, nor forgives slips.

    A slip is forgiven where no event says all the words, so that one event tells for all.
    """
    if not found or wanted.start or wanted.end or not wanted.filter.matches(found[0]):
        return None
    return wanted.filter.query


def _hidden(wanted: Filter) -> list[tuple[str, str]]:
    """Return what the form sends along unseen."""
    pairs = QueryDict(replace(wanted, words=()).query)
    return [(name, value) for name, values in pairs.lists() for value in values]


def _paged(wanted: Wanted, found: Sequence[Event]) -> dict[str, object]:
    """Return a page of what is found; past the last one, the last."""
    last = max(1, -(-len(found) // PER_PAGE))
    page = min(wanted.page, last)
    return {
        "events": found[(page - 1) * PER_PAGE : page * PER_PAGE],
        "page": page,
        "pages": last,
        "previous": replace(wanted, page=page - 1).address if page > 1 else "",
        "next": replace(wanted, page=page + 1).address if page < last else "",
    }


def _nearest(wanted: Filter, index: Index) -> list[tuple[str, str]]:
    """Return words that events do say, each with the address of its search."""
    words = index.nearest(wanted.words)
    return [(word, Wanted(replace(wanted, words=(word,))).address) for word in words]


def _facets(
    wanted: Wanted, snapshot: Snapshot, said: list[Event], found: list[Event]
) -> list[dict[str, object]]:
    """Return each field's values, and how many there are of each.

    Within a field any of its values will do: the counts beside a chosen one are what it would add, so they are
    taken without this field.
    """
    counts = snapshot.index.facets(found)
    shown: list[dict[str, object]] = []
    for name, (_field, heading) in FIELDS.items():
        if wanted.chosen(name):
            others = wanted.choosing(name, ()).among(said)
            counts[name] = snapshot.index.facets(others)[name]
        values = _values(name, wanted.chosen(name), counts[name])
        links = [_link(wanted, snapshot, name, value, counts[name][value]) for value in values]
        if links:
            shown.append({"heading": heading, "links": links})
    return shown


def _values(name: str, chosen: Sequence[str], counts: Counter[str]) -> list[str]:
    """Return the values to show: the chosen ones, then the most frequent; or in their own order."""
    values = sorted({*counts, *chosen}, key=lambda value: (-counts[value], value))
    values.sort(key=lambda value: value not in chosen)
    values = values[: max(VALUES_SHOWN, len(chosen))]
    return sorted(values, key=list(WORDED[name]).index) if name in WORDED else values


def _link(
    wanted: Wanted, snapshot: Snapshot, name: str, value: str, count: int
) -> dict[str, object]:
    names = snapshot.categories if name == "category" else WORDED.get(name, {})
    return {
        "label": names.get(value) or snapshot.index.labels.get((name, value), value),
        "count": count,
        "chosen": value in wanted.chosen(name),
        "address": wanted.toggling(name, value).address,
    }
