"""From what a calendar says to what this site would show of it: place, links, rules of the group. Pure."""

import dataclasses
import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from collector.attendance import location_type
from collector.ical import Occurrence
from collector.live_site import legacy_hashes
from collector.place import is_elsewhere, locate
from collector.text import printable
from collector.webpage import EventPage
from events.models import Event
from groups.models import Group

TITLE_LENGTH = 300
LOCATION_LENGTH = 1_000
LINK_LENGTH = 2_000
UID_LENGTH = 250
DESCRIPTION_LENGTH = 20_000
"""Characters kept. An item of DynamoDB holds 400 KB, and an index key 1 KB; nobody reads more on a phone."""

LONGEST_LENGTH = dt.timedelta(days=366)
"""An end further away is taken for a way to say "for ever", and cut."""

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|aff|ref_?src", re.IGNORECASE)
_FIRST_LINK = re.compile(r'https?://[^\s<>"]+|www\.[^\s<>"]+')


@dataclass(frozen=True, slots=True)
class Site:
    """What of the site decides it: its zone, its regions, and its categories by name and slug (casefolded)."""

    zone: ZoneInfo
    regions: Sequence[str]
    categories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One event as a group's feed announces it. `start` and `end` are wall time in the site's zone."""

    uid: str
    recurrence_id: str
    start: dt.datetime
    end: dt.datetime
    all_day: bool
    title: str
    url: str
    group_id: str
    group_name: str
    group_website: str
    timezone: str = ""
    description: str = ""
    description_html: str = ""
    cost: str = ""
    categories: tuple[str, ...] = ()
    event_status: str = ""
    location: str = ""
    location_type: str = "in_person"
    city: str = ""
    region: str = ""
    geo: tuple[float, float] | None = None
    legacy_hashes: frozenset[str] = frozenset()

    def event_id(self, *, with_uid: bool = False) -> str:
        uid = self.uid + self.recurrence_id if with_uid else ""
        url = canonical_url(self.url)
        return Event.identify(url, self.title, self.start, all_day=self.all_day, uid=uid)

    def fields(self) -> dict[str, Any]:
        """Return the attributes of an Event that a feed decides, None where it says nothing."""
        values = {
            item.name: getattr(self, item.name) or None
            for item in dataclasses.fields(self)
            if item.name not in {"start", "end", "all_day", "legacy_hashes"}
        }
        return values | {
            "start_datetime": self.start,
            "end_datetime": self.end,
            "all_day": self.all_day,
            "categories": list(self.categories) or None,
            "geo": list(self.geo) if self.geo else None,
        }


def announce(
    occurrences: Iterable[Occurrence],
    group: Group,
    site: Site,
    pages: Mapping[str, EventPage] | None = None,
) -> tuple[list[Announcement], Counter[str]]:
    """Return what the site would show, and how many events each rule left out.

    `pages` holds what event pages say of themselves, by their address (`link`).
    """
    announced: list[Announcement] = []
    left_out: Counter[str] = Counter()
    suppressed = _suppressed(group)
    phrases = [phrase.casefold() for phrase in group.skip_phrases or ()]
    occurrences = list(occurrences)
    links = Counter(link(occurrence, group) for occurrence in occurrences)
    for occurrence in occurrences:
        url = link(occurrence, group)
        page = (pages or {}).get(url)
        if page and links[url] > 1 and not _is_about(page, occurrence, site.zone):
            page = None
        announcement = _announcement(occurrence, group, site, url, page)
        if canonical_url(occurrence.url) in suppressed:
            left_out["suppressed"] += 1
        elif any(phrase in announcement.title.casefold() for phrase in phrases):
            left_out["skipped"] += 1
        elif _lies_elsewhere(announcement, site):
            left_out["elsewhere"] += 1
        else:
            announced.append(announcement)
    return announced, left_out


def link(occurrence: Occurrence, group: Group) -> str:
    """Return where the event's page is: its own link, else what the group has set for events without one."""
    useful = group.suppress_urls is not True and len(occurrence.url) <= LINK_LENGTH
    own = occurrence.url if useful and not _misleads(occurrence.url) else ""
    return own or group.fallback_url or group.website or ""


def canonical_url(url: str) -> str:
    """Return an address without what differs between two announcements of the same page.

    Host in lower case, lu.ma under its new name, no tracking parameters, fragment or closing slash.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[oops"
        return url
    host = parts.netloc.lower().removeprefix("www.")
    host = "luma.com" if host == "lu.ma" else host
    query = [
        (k, v)
        for k, v in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(k)
    ]
    return urlunsplit((parts.scheme.lower(), host, parts.path.rstrip("/"), urlencode(query), ""))


def _misleads(url: str) -> bool:
    """Tell whether an address shows one host and leads to another: https://bank.example@evil.example/."""
    return "@" in url.partition("://")[2].partition("/")[0]


def feed_hash(announcement: Announcement, decided: object = None) -> str:
    """Return a hash of all that is announced, and of what people have decided over it."""
    said = [announcement.fields(), decided]
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()[:32]


def _suppressed(group: Group) -> set[str]:
    return (
        {canonical_url(url) for url in group.suppress_urls}
        if isinstance(group.suppress_urls, list)
        else set()
    )


def _lies_elsewhere(announcement: Announcement, site: Site) -> bool:
    return is_elsewhere(locate(announcement.location), announcement.location_type, site.regions)


def _announcement(
    occurrence: Occurrence, group: Group, site: Site, url: str, page: EventPage | None
) -> Announcement:
    start, end = wall_times(occurrence, site.zone)
    title = " ".join(printable(occurrence.summary).split())[:TITLE_LENGTH] or f"{group.name} event"
    location = printable(occurrence.location or (page.location if page else ""))[:LOCATION_LENGTH]
    kind = (page.location_type if page else "") or location_type(location, url=url, summary=title)
    if page and page.status == "MOVED_ONLINE":
        kind = "virtual"
    place = locate(location)
    return Announcement(
        uid=_short(occurrence.uid),
        recurrence_id=occurrence.recurrence_id,
        start=start,
        end=end,
        all_day=occurrence.all_day,
        timezone="" if occurrence.timezone == site.zone.key else occurrence.timezone,
        title=title,
        description=printable(occurrence.description)[:DESCRIPTION_LENGTH],
        description_html=_whole(printable(occurrence.description_html)),
        url=url,
        cost=_cost(page),
        categories=_categories(occurrence, group, site),
        event_status=_status(occurrence, page),
        location=location,
        location_type=kind,
        city=place.city,
        region=place.region,
        geo=occurrence.geo,
        group_id=group.group_id,
        group_name=group.name,
        group_website=group.website or "",
        legacy_hashes=_legacy_hashes(occurrence, group, start, page),
    )


def wall_times(occurrence: Occurrence, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Return start and end as wall time in `zone`; an all-day event keeps its dates, whatever the zones.

    Across the end of summer time an event may end before it begins by the clock on the wall: then its end is told by
    its length.
    """
    start, end = _wall_time(occurrence.start, zone), _wall_time(occurrence.end, zone)
    end = min(end, start + LONGEST_LENGTH)
    if end <= start and isinstance(occurrence.start, dt.datetime):
        end = start + (occurrence.end - occurrence.start)
    return start, end


def _is_about(page: EventPage, occurrence: Occurrence, zone: ZoneInfo) -> bool:
    """Tell whether a page that several events link to is about this one: it names its day."""
    return page.start[:10] == f"{_wall_time(occurrence.start, zone):%Y-%m-%d}"


def _whole(html: str) -> str:
    """Return HTML that is not too long: half of it would not be well-formed."""
    return html if len(html) <= DESCRIPTION_LENGTH else ""


def _short(uid: str) -> str:
    if len(uid) <= UID_LENGTH:
        return uid
    return hashlib.sha256(uid.encode()).hexdigest()


def _wall_time(moment: dt.date, zone: ZoneInfo) -> dt.datetime:
    if isinstance(moment, dt.datetime):
        return moment.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return dt.datetime.combine(moment, dt.time())


def _status(occurrence: Occurrence, page: EventPage | None) -> str:
    """Return the event's status; a page that says cancelled or postponed knows better than a feed that doesn't."""
    said = page.status if page else ""
    return said if said in {"CANCELLED", "POSTPONED"} else occurrence.status


def _cost(page: EventPage | None) -> str:
    if page is None:
        return ""
    return "Free" if page.is_free else page.price


def _categories(occurrence: Occurrence, group: Group, site: Site) -> tuple[str, ...]:
    """Return the group's categories, and those of the feed that are categories here."""
    known = (site.categories.get(name.casefold().strip()) for name in occurrence.categories)
    return tuple(dict.fromkeys([*(group.categories or ()), *filter(None, known)]))


def _legacy_hashes(
    occurrence: Occurrence, group: Group, start: dt.datetime, page: EventPage | None
) -> frozenset[str]:
    """Return the names that the old site may have given to this event.

    It took midnight for all-day, and a title from the event's page and a link from the description where it found
    them.
    """
    found = _FIRST_LINK.search(occurrence.description)
    urls = [
        occurrence.source_url,
        occurrence.url,
        found and found[0],
        group.website,
        group.fallback_url,
    ]
    time = "" if occurrence.all_day or start.time() == dt.time() else f"{start:%H:%M}"
    titles = {occurrence.summary, *([page.name] if page and page.name else [])}
    return frozenset().union(
        *(
            legacy_hashes(f"{start:%Y-%m-%d}", time, title, [u for u in urls if u])
            for title in titles
        )
    )
