"""Which zone a TZID means. docs/feeds.md says in which order its sources are trusted."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from itertools import chain, islice
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from collector.ical.components import Component
from collector.ical.expansion import Budget, starts
from collector.ical.rules import read_rule
from collector.ical.values import BadValueError, moment, utc_offset

ZERO = timedelta()
RULES_FROM = datetime(1970, 1, 1)
PROBES = 24
ZONES_PER_CALENDAR = 100
LONGEST_NAME = 3  # America/Argentina/Buenos_Aires


@cache
def names() -> dict[str, str]:
    """Return every IANA name, and what each Windows name means."""
    return WINDOWS_TO_OLSON | {name: name for name in available_timezones()}


@cache
def names_in_lower_case() -> dict[str, str]:
    """Return the same by lower-case name."""
    return {name.lower(): known for name, known in names().items()}


@lru_cache(maxsize=1000)
def named(name: str) -> ZoneInfo | None:
    """Return the zone that a name says by itself, or None.

    The name is IANA's, or Windows', or ends in IANA's as in `/mozilla.org/20070129_1/Europe/Paris`.
    """
    parts = name.split("/")[-LONGEST_NAME:]
    for candidate in (name, *("/".join(parts[at:]) for at in range(len(parts)))):
        if known := names().get(candidate):
            return ZoneInfo(known)
    return None


def misspelt(name: str) -> ZoneInfo | None:
    """Return the zone of a name in another case, or None."""
    known = names_in_lower_case().get(name.lower())
    return ZoneInfo(known) if known else None


class CustomZone(tzinfo):
    """A zone that only its VTIMEZONE knows.

    onsets: (wall time by the offset before, offset before, offset after), in order.
    """

    def __init__(self, name: str, onsets: list[tuple[datetime, timedelta, timedelta]]) -> None:
        self.name = name
        self.walls = [wall for wall, _, _ in onsets]
        self.instants = [wall - before for wall, before, _ in onsets]
        self.offsets = [onsets[0][1], *(after for _, _, after in onsets)]

    def utcoffset(self, when: datetime | None) -> timedelta:
        """Return the offset at a wall time; in a gap the one before, in an overlap the first."""
        if when is None:
            return self.offsets[-1]
        wall = when.replace(tzinfo=None, fold=0)
        at = bisect_right(self.walls, wall)
        if at and (shift := self.offsets[at] - self.offsets[at - 1]):
            since = wall - self.walls[at - 1]
            if shift > ZERO and since < shift:
                return self.offsets[at - 1]
        if at < len(self.walls):
            shift = self.offsets[at] - self.offsets[at + 1]
            if when.fold and shift > ZERO and self.walls[at] - wall <= shift:
                return self.offsets[at + 1]
        return self.offsets[at]

    def dst(self, when: datetime | None) -> timedelta:  # noqa: ARG002 - the signature is tzinfo's
        """Return nothing: who needs it reads utcoffset."""
        return ZERO

    def tzname(self, when: datetime | None) -> str:  # noqa: ARG002 - the signature is tzinfo's
        """Return the TZID."""
        return self.name

    def fromutc(self, when: datetime) -> datetime:
        """Turn an instant, given as a wall time of this zone, into this zone's wall time."""
        at = bisect_right(self.instants, when.replace(tzinfo=None))
        local = when + self.offsets[at]
        repeated = at and local.replace(tzinfo=None, fold=0) < self.walls[at - 1]
        return local.replace(fold=1 if repeated else 0)


def custom_zone(definition: Component, name: str, until: datetime, budget: Budget) -> CustomZone:
    """Build the zone of a VTIMEZONE, with its changes up to a time. Raises BadValueError."""
    onsets: list[tuple[datetime, timedelta, timedelta]] = []
    for observance in definition.children:
        properties = observance.properties()
        try:
            before = utc_offset(properties["TZOFFSETFROM"][-1].value)
            after = utc_offset(properties["TZOFFSETTO"][-1].value)
            first = midnight_or_time(properties["DTSTART"][0].value)
        except KeyError as missing:
            raise BadValueError(f"its VTIMEZONE has no {missing.args[0]}") from None
        walls = {first}
        for rule in properties.get("RRULE", []):
            there = first.replace(tzinfo=CustomZone(name, [(first, before, before)]))
            walls.update(starts(read_rule(rule.value, there), first, RULES_FROM, until, budget))
        for dates in properties.get("RDATE", []):
            walls.update(map(midnight_or_time, dates.value.split(",")))
        onsets += [(wall, before, after) for wall in walls]
    if not onsets:
        raise BadValueError("its VTIMEZONE says nothing")
    return CustomZone(name, sorted(onsets))


def midnight_or_time(text: str) -> datetime:
    """Read an onset, which is wall time whatever the source adds to it."""
    onset = moment(text)
    return datetime(
        onset.year, onset.month, onset.day, getattr(onset, "hour", 0), getattr(onset, "minute", 0)
    )


def same_zone(
    custom: CustomZone, first: datetime, last: datetime, likely: Iterable[ZoneInfo]
) -> ZoneInfo | None:
    """Return an IANA zone with the same offsets between two instants, the likely ones first."""
    hour = timedelta(hours=1)
    probes = [first + (last - first) * step / PROBES for step in range(PROBES + 1)]
    for onset in custom.instants:
        at = onset.replace(tzinfo=UTC)
        probes += [edge for edge in (at - hour, at + hour) if first <= edge <= last]
    wanted = [probe.astimezone(custom).utcoffset() for probe in probes]
    common = (ZoneInfo(name) for name in sorted(set(WINDOWS_TO_OLSON.values())))
    for zone in chain(likely, common):
        offsets = (probe.astimezone(zone).utcoffset() for probe in probes)
        if all(offset == own for offset, own in zip(offsets, wanted, strict=True)):
            return zone
    return None


class Zones:
    """The zones of one calendar."""

    def __init__(
        self, definitions: Iterable[Component], fallback: ZoneInfo, first: datetime, last: datetime
    ) -> None:
        self.fallback = fallback
        self.unknown: dict[str, str] = {}
        self._first, self._last = first, last
        self._known: dict[str, tzinfo] = {}
        self._budget = Budget()
        self._definitions: dict[str, Component] = {}
        for definition in islice(definitions, ZONES_PER_CALENDAR):
            for tzid in definition.properties().get("TZID", []):
                self._definitions.setdefault(tzid.value.strip(), definition)

    def of(self, tzid: str) -> tzinfo:
        """Return the zone of a TZID; of one that nobody knows, the calendar's own zone."""
        if tzid not in self._known:
            self._known[tzid] = named(tzid) or self._defined(tzid) or self._guessed(tzid)
        return self._known[tzid]

    def _guessed(self, tzid: str) -> ZoneInfo:
        if zone := misspelt(tzid):
            return zone
        self.unknown.setdefault(tzid, "no VTIMEZONE defines it")
        return self.fallback

    def _defined(self, tzid: str) -> tzinfo | None:
        definition = self._definitions.get(tzid)
        if definition is None:
            return None
        for location in definition.properties().get("X-LIC-LOCATION", []):
            if zone := named(location.value):
                return zone
        year = timedelta(days=366)
        try:
            until = self._last.replace(tzinfo=None) + year
            custom = custom_zone(definition, tzid, until, self._budget)
        except (BadValueError, OverflowError) as error:
            self.unknown[tzid] = str(error)
            return None
        first, last = self._first - year, self._last + year
        return same_zone(custom, first, last, [self.fallback]) or custom
