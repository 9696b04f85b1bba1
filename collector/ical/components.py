"""From text to components, and from a component to the properties that are read."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

BOUNDARY = re.compile(r"\n[ ]*(BEGIN|END)[ ]*:[ ]*([^\s:;]+)[ \t]*(?=\n|$)", re.IGNORECASE)
BEGIN_EVENT = re.compile(r"\n[ ]*BEGIN[ ]*:[ ]*VEVENT[ \t]*(?=\n|$)", re.IGNORECASE)
BOUNDARIES_PER_BODY = 500_000  # what lies behind them is not read: the calendar has no END then
NAME = re.compile(r"[A-Za-z0-9_-]+$")
WHEN = re.compile(
    r"\n(UID|SEQUENCE|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID)[ ]*"
    r"((?:;[^:\n]*)?):([^\n]*)",
    re.IGNORECASE,
)
QUOTED_HEAD = re.compile(r'((?:[^":]|"[^"\n]*")*):(.*)', re.DOTALL)
WANTED = frozenset(
    (
        *("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "STATUS", "CATEGORIES", "ORGANIZER"),
        *("GEO", "LAST-MODIFIED", "DTSTART", "RRULE", "RDATE", "RECURRENCE-ID"),
        *("TZID", "X-LIC-LOCATION", "TZOFFSETFROM", "TZOFFSETTO"),
        *("X-WR-TIMEZONE", "X-WR-CALNAME"),
    )
)
TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION"})


class Property(NamedTuple):
    """One content line: its parameters as written, and its value as written."""

    params: str
    value: str

    def param(self, name: str) -> str:
        """Return one parameter without its quotes, or ""."""
        params = self.params
        if params.startswith(name + "=") and '"' not in params and ";" not in params:
            return params[len(name) + 1 :].strip()
        if name not in params.upper():
            return ""
        found = re.search(rf'(?:^|;)\s*{name}\s*=\s*("[^"]*"?|[^;]*)', self.params, re.IGNORECASE)
        return found[1].strip().strip('"').strip() if found else ""


Properties = dict[str, list[Property]]


@dataclass(slots=True, eq=False)
class Component:
    """A component of the source.

    number: how many components of its name begin before it in the body.
    closed: whether its END was seen; an END of another name counts.
    """

    name: str
    number: int
    position: int
    chunks: list[str] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)
    closed: bool = False

    def when(self) -> Properties:
        """Return the properties that say which event it is and when: all that most events need.

        Most of a feed lies outside of the window, and this costs a third of `properties`.
        """
        found: Properties = {}
        for name, params, value in WHEN.findall("".join(self.chunks)):
            if '"' in params and (whole := QUOTED_HEAD.match(f"{params}:{value}")):
                written = Property(whole[1][1:], whole[2])
            else:
                written = Property(params[1:], value)
            found.setdefault(name.upper(), []).append(written)
        return found

    def properties(self) -> Properties:
        """Return the wanted properties of its own lines, by name.

        A line that is no content line goes on with the text before it: so a description that was
        written with raw line ends stays whole.
        """
        found: Properties = {}
        last, more = "", list[str]()
        for line in "".join(self.chunks).split("\n"):
            name, params, value = content_line(line)
            if not name and last in TEXTS:
                more.append(line)
            if not name:
                continue
            add_text(found.get(last), more)
            last, more = name, []
            if name in WANTED:
                found.setdefault(name, []).append(Property(params, value))
        add_text(found.get(last), more)
        return found


def content_line(line: str) -> tuple[str, str, str]:
    """Return a line's name in capitals, parameters and value; no name where it is no content line."""
    head, colon, value = line.partition(":")
    if '"' in head and head.count('"') % 2 and (whole := QUOTED_HEAD.match(line)):
        head, value = whole[1], whole[2]
    name, _, params = head.partition(";")
    name = name.strip().upper()
    if not colon or (name not in WANTED and not NAME.match(name)):
        return "", "", ""
    return name, params, value


def add_text(properties: list[Property] | None, lines: list[str]) -> None:
    """Add lines to the last of some properties."""
    if properties and any(lines):
        params, value = properties[-1]
        properties[-1] = Property(params, "\n".join([value, *filter(None, lines)]))


def calendars(text: str) -> list[Component]:
    """Return the VCALENDARs of an unfolded text, with their components as children.

    An END closes the component of its name and whatever is still open inside that; an END whose
    name is not open closes the innermost one. Children of a component that was never closed
    become its siblings: one forgotten END:VEVENT must not swallow the rest.
    """
    found: list[Component] = []
    opened: list[Component] = []
    names: Counter[str] = Counter()
    begun: Counter[str] = Counter()
    for boundary in islice(BOUNDARY.finditer("\n" + text), BOUNDARIES_PER_BODY):
        name = boundary[2].upper()
        if opened:
            opened[-1].chunks.append(text[opened[-1].position : max(boundary.start() - 1, 0)])
        if boundary[1].upper() == "BEGIN":
            parent = opened[-1] if opened else None
            component = Component(name, begun[name], boundary.end() - 1)
            begun[name] += 1
            (parent.children if parent else found).append(component)
            opened.append(component)
            names[name] += 1
            continue
        if opened and names[name]:
            while opened[-1].name != name:
                names[opened[-1].name] -= 1
                opened.pop()
        if opened:
            names[opened[-1].name] -= 1
            opened.pop().closed = True
        if opened:
            opened[-1].position = boundary.end() - 1
    return [component for component in found if component.name == "VCALENDAR"]


def parts(calendar: Component, name: str) -> Iterator[Component]:
    """Yield a calendar's components of a name, with those that a forgotten END had swallowed."""
    waiting = calendar.children[::-1]
    while waiting:
        component = waiting.pop()
        if component.name == name:
            yield component
        if not component.closed:
            waiting.extend(component.children[::-1])


def first(properties: Properties, name: str) -> str:
    """Return the first value of a property as written, or ""."""
    found = properties.get(name)
    return found[0].value if found else ""


def lines_of_events(lines: str) -> list[int]:
    """Return the lines of the body, from 1, on which its VEVENTs begin, in order."""
    found, line, at = [], 1, 0
    for begin in BEGIN_EVENT.finditer("\n" + lines):
        line += lines.count("\n", at, begin.start())
        at = begin.start()
        found.append(line)
    return found
