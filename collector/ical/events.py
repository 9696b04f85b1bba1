"""From a VEVENT to the dates it stands for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from collector.ical.components import Component, Properties, Property, first
from collector.ical.rules import Rule, read_rule
from collector.ical.values import BadValueError, Length, Moment, attached, duration, is_day, moment
from collector.ical.zones import Zones

DAY = timedelta(days=1)
NOTHING = Length(timedelta(), timedelta())
LONGEST_NUMBER = 18


@dataclass(slots=True, eq=False)
class Source:
    """A VEVENT's dates as written, and where it stands."""

    component: Component
    properties: Properties
    zones: Zones
    uid: str


# Takes the event that has a fault, a slug, and what it is and what was done about it.
Report = Callable[[Source, str, str], None]


@dataclass(slots=True, eq=False)
class Event:
    """A VEVENT with its dates read.

    replaces: its RECURRENCE-ID, floating if it is written so; onwards: RANGE=THISANDFUTURE.
    extra: RDATEs with their own length where they are periods. left_out: EXDATEs.
    """

    source: Source
    start: Moment
    length: Length = NOTHING
    sequence: int = 0
    replaces: Moment | None = None
    onwards: bool = False
    rules: list[Rule] = field(default_factory=list)
    extra: list[tuple[Moment, Length | None]] = field(default_factory=list)
    left_out: list[Moment] = field(default_factory=list)

    @property
    def recurs(self) -> bool:
        """Tell whether it stands for more than one occurrence."""
        return bool(self.rules or self.extra)


def read_event(source: Source, report: Report) -> Event:
    """Read the dates of a VEVENT; what is wrong beside DTSTART is reported and left out.

    Raises BadValueError for a DTSTART that is missing or cannot be read.
    """
    properties, zones = source.properties, source.zones
    if "DTSTART" not in properties:
        raise BadValueError("it has no DTSTART")
    if len(properties["DTSTART"]) > 1:
        report(source, "doubled", "There are several DTSTARTs; the first counts.")
    start = attached(zoned(properties["DTSTART"][0], zones), zones.fallback)
    event = Event(source, start, sequence=sequence(source))
    try:
        event.length = length(source, start)
    except BadValueError as error:
        report(source, "bad-end", f"The end is left out: {error}.")
    if is_day(start) and event.length.days < DAY:
        event.length = Length(DAY, timedelta())
    if replaced := properties.get("RECURRENCE-ID"):
        event.replaces = zoned(replaced[0], zones)
        event.onwards = replaced[0].param("RANGE").upper() == "THISANDFUTURE"
    elif properties.keys() & {"RRULE", "RDATE", "EXDATE"}:
        read_recurrence(event, report)
    return event


def read_recurrence(event: Event, report: Report) -> None:
    """Read RRULE, RDATE and EXDATE; a bad one is reported and left out."""
    source = event.source
    for rule in source.properties.get("RRULE", ()):
        try:
            event.rules.append(read_rule(rule.value, event.start))
        except BadValueError as error:
            report(source, "bad-rule", f"A recurrence rule is left out: {error}.")
    for written in each(source, "RDATE"):
        try:
            event.extra.append(extra_date(written, event))
        except BadValueError as error:
            report(source, "bad-rdate", f"An RDATE is left out: {error}.")
    for written in each(source, "EXDATE"):
        try:
            event.left_out.append(zoned(written, source.zones))
        except BadValueError as error:
            report(source, "bad-exdate", f"An EXDATE is left out: {error}.")


def each(source: Source, name: str) -> Iterator[Property]:
    """Yield a property of many values as properties of one."""
    for written in source.properties.get(name, ()):
        for value in written.value.split(","):
            yield Property(written.params, value)


def zoned(written: Property, zones: Zones) -> Moment:
    """Read a date or time with its TZID; floating without one. A trailing Z wins over a TZID."""
    try:
        value = moment(written.value)
    except BadValueError:
        # An unquoted TZID=(UTC-05:00) Eastern Time has a colon of its own.
        value = moment(written.value.rpartition(":")[2])
    if isinstance(value, datetime) and value.tzinfo is None and (tzid := written.param("TZID")):
        return value.replace(tzinfo=zones.of(tzid))
    return value


def sequence(source: Source) -> int:
    """Return SEQUENCE; what is no number counts as none."""
    text = first(source.properties, "SEQUENCE").strip()
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def length(source: Source, start: Moment) -> Length:
    """Return how long an event is: to its DTEND, else its DURATION, else nothing."""
    if ends := source.properties.get("DTEND"):
        own = source.zones.fallback if is_day(start) else zone_of(start)
        return between(start, attached(zoned(ends[0], source.zones), own))
    if durations := source.properties.get("DURATION"):
        return duration(durations[0].value)
    return NOTHING


def zone_of(start: Moment) -> tzinfo:
    """Return the zone of an aware datetime; UTC for a date."""
    return getattr(start, "tzinfo", None) or UTC


def between(start: Moment, end: Moment) -> Length:
    """Return the length from start to end by the wall clock of the start. Raises BadValueError."""
    if isinstance(start, datetime):
        until = end if isinstance(end, datetime) else midnight(end, zone_of(start))
        if until.tzinfo is not start.tzinfo:
            until = until.astimezone(start.tzinfo)
        span = until.replace(tzinfo=None) - start.replace(tzinfo=None)
    else:
        span = (end.date() if isinstance(end, datetime) else end) - start
    if span < timedelta():
        raise BadValueError("it is before the start")
    return Length(span, timedelta())


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the beginning of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def extra_date(written: Property, event: Event) -> tuple[Moment, Length | None]:
    """Read an RDATE: a date, a time, or a period with its own length.

    A date added to a series of times has its time, and a time added to a series of days is its day.
    """
    zones = event.source.zones
    begin, slash, end = written.value.partition("/")
    start = attached(zoned(Property(written.params, begin), zones), zone_of(event.start))
    if isinstance(event.start, datetime) and not isinstance(start, datetime):
        start = datetime.combine(start, event.start.timetz())
    elif isinstance(start, datetime) and is_day(event.start):
        start = start.date()
    if not slash:
        return start, None
    if end.strip().upper().startswith("P"):
        return start, duration(end)
    until = zoned(Property(written.params, end), zones)
    return start, between(start, attached(until, zone_of(start)))
