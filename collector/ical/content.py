"""What an event says: text, links, place, status."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit

from collector.ical.components import Properties, first
from collector.ical.html import text_and_html
from collector.ical.values import BadValueError, listed, moment, unescaped

LINK = re.compile(r"https?://[^\s<>\"'\\]{1,2000}", re.IGNORECASE)
STATUSES = frozenset({"CONFIRMED", "TENTATIVE", "CANCELLED"})
UID_LENGTH = 32
QUARTER_TURN, HALF_TURN = 90, 180


class Content(NamedTuple):
    """The fields of an Occurrence that all occurrences of one VEVENT share, in its order."""

    summary: str
    description: str
    description_html: str
    location: str
    url: str
    source_url: str
    status: str
    categories: tuple[str, ...]
    organizer: str
    geo: tuple[float, float] | None
    last_modified: datetime | None


def content(written: Properties) -> Content:
    """Read what a VEVENT says."""
    description, html = text_and_html(unescaped(first(written, "DESCRIPTION")).strip())
    location = unescaped(first(written, "LOCATION")).strip()
    source_url = first(written, "URL").strip()
    url = web_address(source_url) or first_link(location) or first_link(description)
    return Content(
        summary=unescaped(first(written, "SUMMARY")).strip(),
        description=description,
        description_html=html,
        location="" if location and first_link(location) == location else location,
        url=url,
        source_url=source_url,
        status=status(written),
        categories=categories(written),
        organizer=organizer(written),
        geo=geo(first(written, "GEO")),
        last_modified=last_modified(first(written, "LAST-MODIFIED")),
    )


def web_address(text: str) -> str:
    """Return an http(s) address with a host, or ""."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    good = parts.scheme.lower() in ("http", "https") and parts.hostname and " " not in text
    return text if good else ""


def first_link(text: str) -> str:
    """Return the first http(s) address in a text, without the punctuation after it."""
    for found in LINK.finditer(text):
        link = found.group().rstrip(".,;:!?*_")
        while link.endswith((")", "]", "}")) and link.count(link[-1]) > link.count(
            {")": "(", "]": "[", "}": "{"}[link[-1]]
        ):
            link = link[:-1].rstrip(".,;:!?*_")
        if web_address(link):
            return link
    return ""


def status(written: Properties) -> str:
    """Return STATUS where it is one of RFC 5545's. METHOD:CANCEL is for mail (iTIP), not for feeds."""
    said = first(written, "STATUS").strip().upper()
    said = "CANCELLED" if said == "CANCELED" else said
    return said if said in STATUSES else ""


def categories(written: Properties) -> tuple[str, ...]:
    """Return each category once, in order."""
    found = (
        unescaped(item).strip()
        for line in written.get("CATEGORIES", ())
        for item in listed(line.value)
    )
    return tuple(dict.fromkeys(item for item in found if item))


def organizer(written: Properties) -> str:
    """Return the organizer's common name; one that is an address is none."""
    found = written.get("ORGANIZER")
    name = unescaped(found[0].param("CN")) if found else ""
    return "" if "@" in name else name


def geo(text: str) -> tuple[float, float] | None:
    """Read GEO: degrees north and east."""
    latitude, _, longitude = text.replace("\\;", ";").partition(";")
    with suppress(ValueError):
        north, east = float(latitude), float(longitude)
        if abs(north) <= QUARTER_TURN and abs(east) <= HALF_TURN:
            return north, east
    return None


def last_modified(text: str) -> datetime | None:
    """Read LAST-MODIFIED, which is in UTC even where the Z is forgotten."""
    with suppress(BadValueError, OverflowError):
        when = moment(text)
        if isinstance(when, datetime):
            return when if when.tzinfo else when.replace(tzinfo=UTC)
    return None


NO_UID = "no-uid:"
"""What a UID of ours begins with, where the source has none."""


def made_up_uid(properties: Properties) -> str:
    """Return a UID for an event without one: the same as long as what it says is the same."""
    names = ("SUMMARY", "DTSTART", "RECURRENCE-ID", "LOCATION", "URL")
    written = "\n".join(
        f"{name}:{value}" for name in names for _, value in properties.get(name, ())
    )
    digest = sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:UID_LENGTH]
    return f"{NO_UID}{digest}"
