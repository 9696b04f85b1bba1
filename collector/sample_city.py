"""A made-up city whose feeds are generated when they are read, relative to that day: never empty, never old.

For `make run` and for trying things out, offline. Its groups have addresses like `sample:river-city-python`.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings

from collector.fetch import Response
from events.models import Category
from groups.models import Group

SCHEME = "sample:"

CATEGORIES = {
    "programming": ("Programming", "Languages, libraries and how to build with them"),
    "data": ("Data & AI", "Data engineering, science and machine learning"),
    "security": ("Security", "Breaking, mending and protecting systems"),
    "civic": ("Civic tech", "Technology for the common good"),
    "makers": ("Makers & hardware", "Soldering irons, printers and radios"),
    "startups": ("Startups", "Founding, funding and growing companies"),
    "social": ("Social", "Meeting people first"),
}

GROUPS = {
    "river-city-python": ("River City Python", ["programming"]),
    "capital-data": ("Capital Data Circle", ["data"]),
    "bay-makers": ("Bay Makers", ["makers"]),
    "tidewater-security": ("Tidewater Security", ["security"]),
    "open-city-hack-night": ("Open City Hack Night", ["civic", "social"]),
    "founders-breakfast": ("Founders Breakfast", ["startups", "social"]),
    "remote-first": ("Remote First", ["programming"]),
    "city-of-screens": ("City of Screens Festival", ["makers", "data"]),
    "neighborhood-tech": ("Neighborhood Tech Calendar", ["social"]),
}

COSTS = {
    "packaging": "Free",
    "maps": "Free",
    "repair": "Free",
    "ctf": "10 USD",
    "pitch": "5 to 15 USD",
    "forms": "Free",
    "screens": "25 to 60 USD",
}
"""What of the pages of single events says their price, by what their UIDs begin with."""

Lines = list[str]


def is_sample(url: str | None) -> bool:
    return bool(url and url.startswith(SCHEME))


def groups(now: dt.datetime) -> list[Group]:
    """Return the city's groups, unsaved, approved and active."""
    made = []
    for slug, (name, categories) in GROUPS.items():
        group = Group(
            slug,
            slug=slug,
            name=name,
            website=f"https://{slug}.example.org/",
            ical=f"{SCHEME}{slug}",
            categories=categories,
            status="approved",
            submitted_at=now,
            created_at=now,
            updated_at=now,
        )
        group.mark_activity()
        made.append(group)
    return made


def categories() -> list[Category]:
    return [
        Category("category", slug, name=name, description=description)
        for slug, (name, description) in CATEGORIES.items()
    ]


def response(url: str, body: bytes) -> Response:
    """Return a calendar as if it had been fetched."""
    digest = hashlib.sha256(body).hexdigest()
    return Response(
        url=url,
        status=200,
        body=body,
        etag="",
        last_modified="",
        sha256=digest,
        content_type="text/calendar",
    )


def pages(addresses: Iterable[str], today: dt.date) -> dict[str, Any]:
    """Return what the events' own pages say, as `collector.event_pages` keeps it."""
    found = {}
    for address in addresses:
        cost = COSTS.get(address.rpartition("/")[2].partition("-")[0])
        if cost:
            said = {"is_free": True} if cost == "Free" else {"price": cost}
            found[address] = [today.isoformat(), said]
    return found


def feed(url: str, today: dt.date) -> bytes:
    """Return the calendar of a sample address as of `today`; an address of no group is an empty calendar."""
    slug = url.removeprefix(SCHEME)
    write: Callable[[dt.date], Iterator[Lines]] = FEEDS.get(slug, _nothing)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Sample city//EN",
        f"X-WR-CALNAME:{GROUPS.get(slug, (slug, []))[0]}",
        f"X-WR-TIMEZONE:{settings.SITE_TIMEZONE}",
        *(line for event in write(today) for line in ["BEGIN:VEVENT", *event, "END:VEVENT"]),
        "END:VCALENDAR",
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


def _event(
    uid: str, title: str, start: dt.datetime, hours: float, place: str, about: str, *more: str
) -> Lines:
    """Return a VEVENT's properties; `start` is floating, in the calendar's zone."""
    end = start + dt.timedelta(hours=hours)
    return [
        f"UID:{uid}@sample-city.example.org",
        f"DTSTAMP:{start:%Y%m%d}T000000Z",
        f"DTSTART:{start:%Y%m%dT%H%M%S}",
        f"DTEND:{end:%Y%m%dT%H%M%S}",
        f"SUMMARY:{title}",
        f"LOCATION:{place}",
        f"DESCRIPTION:{about}",
        f"URL:https://events.example.org/{uid}",
        *more,
    ]


def _all_day(uid: str, title: str, start: dt.date, days: int, place: str, about: str) -> Lines:
    end = start + dt.timedelta(days=days)
    return [
        f"UID:{uid}@sample-city.example.org",
        f"DTSTAMP:{start:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{start:%Y%m%d}",
        f"DTEND;VALUE=DATE:{end:%Y%m%d}",
        f"SUMMARY:{title}",
        f"LOCATION:{place}",
        f"DESCRIPTION:{about}",
        f"URL:https://events.example.org/{uid}",
    ]


def _weeks(today: dt.date) -> Iterator[tuple[int, dt.date]]:
    """Yield (number, Monday) of this week and the seven after it; one-off events go by the number."""
    monday = today - dt.timedelta(days=today.weekday())
    for week in range(8):
        yield monday.toordinal() // 7 + week, monday + dt.timedelta(weeks=week)


def _at(monday: dt.date, weekday: int, hour: int, minute: int = 0) -> dt.datetime:
    """Return that day of the week (0: Monday) and time."""
    return dt.datetime.combine(monday + dt.timedelta(days=weekday), dt.time(hour, minute))


def _for_a_year(today: dt.date, weekday: int, hour: int, minute: int = 0) -> dt.datetime:
    """Return the start of a series a year ago, on the same weeks of a fortnight whenever it is asked."""
    number, monday = next(_weeks(today))
    return _at(monday - dt.timedelta(weeks=52 + number % 4), weekday, hour, minute)


def _python(today: dt.date) -> Iterator[Lines]:
    place = "Riverside Library\\, 1200 Wharf Street SW\\, Washington\\, DC 20024"
    about = "Bring a laptop and a problem. Beginners sit with regulars\\; nobody codes alone."
    start = _for_a_year(today, 1, 18, 30)
    yield _event(
        "python-night", "Python Project Night", start, 2.5, place, about, "RRULE:FREQ=WEEKLY"
    )
    for number, monday in _weeks(today):
        if number % 4 == 0:
            about = "Eight people\\, five minutes each: the scripts we could not work without."
            start = _at(monday, 3, 19)
            yield _event(
                f"talks-{start:%Y%m%d}", "Lightning Talks: Small Tools", start, 2, place, about
            )
        if number % 4 == 2:
            where = "Quay Works\\, 44 Market Lane\\, Alexandria\\, VA 22314"
            start = _at(monday, 5, 10)
            about = "Bring a project\\, leave with a release."
            yield _event(f"packaging-{start:%Y%m%d}", "Packaging Clinic", start, 3, where, about)


def _data(today: dt.date) -> Iterator[Lines]:
    place = "Union Hall\\, 310 K Street NE\\, Washington\\, DC 20002"
    about = "One paper\\, read beforehand\\, argued over together."
    start = _for_a_year(today, 2, 18)
    rule = "RRULE:FREQ=WEEKLY;INTERVAL=2"
    yield _event("paper-club", "Paper Reading Club", start, 1.5, place, about, rule)
    for number, monday in _weeks(today):
        if number % 2 == 0:
            about = (
                "<p>From a CSV to a map in one evening. <strong>No experience needed.</strong></p>"
            )
            start = _at(monday, 3, 18, 30)
            yield _event(f"maps-{start:%Y%m%d}", "Maps from Open Data", start, 2, place, about)
    yield from _joint_social(today)


def _joint_social(today: dt.date) -> Iterator[Lines]:
    """Two groups announce it: one event on the page."""
    place = "The Boathouse\\, 9 Pier Road\\, Annapolis\\, MD 21401"
    for number, monday in _weeks(today):
        if number % 4 == 1:
            start = _at(monday, 4, 17, 30)
            about = "Every group in town\\, one long table."
            yield _event(f"social-{start:%Y%m%d}", "All Groups Social", start, 3, place, about)


def _makers(today: dt.date) -> Iterator[Lines]:
    place = "Bay Makers Workshop\\, 77 Foundry Street\\, Baltimore\\, MD 21224"
    about = "Laser\\, lathe and soldering benches are open to all."
    start = _for_a_year(today, 0, 18)
    rule = "RRULE:FREQ=WEEKLY;BYDAY=MO,FR"
    yield _event("open-bench", "Open Bench Night", start, 4, place, about, rule)
    for number, monday in _weeks(today):
        if number % 3 == 0:
            start = _at(monday, 5, 0)
            about = "Two days\\, forty volunteers\\, everything from toasters to bicycles."
            yield _all_day(f"repair-{start:%Y%m%d}", "Repair Weekend", start, 2, place, about)


def _security(today: dt.date) -> Iterator[Lines]:
    place = "Harbor Commons\\, 500 Water Street\\, Norfolk\\, VA 23510"
    for number, monday in _weeks(today):
        if number % 2 == 0:
            start = _at(monday, 1, 19)
            about = "Teams of four\\, mentors at every table."
            yield _event(
                f"ctf-{start:%Y%m%d}", "Capture the Flag for Beginners", start, 3, place, about
            )
        else:
            start = _at(monday, 2, 19)
            about = "Called off: the room has been flooded."
            more = ("STATUS:CANCELLED", "SEQUENCE:2")
            yield _event(
                f"locks-{start:%Y%m%d}", "Lockpicking Evening", start, 2, place, about, *more
            )


def _hack_night(today: dt.date) -> Iterator[Lines]:
    place = "Town Hall Annex\\, 2 Liberty Plaza\\, Arlington\\, VA 22201"
    about = "Pizza at half past six\\, projects at seven."
    start = _for_a_year(today, 2, 18, 30)
    yield _event("hack-night", "Civic Hack Night", start, 2.5, place, about, "RRULE:FREQ=WEEKLY")
    yield from _joint_social(today)


def _breakfast(today: dt.date) -> Iterator[Lines]:
    place = "Corner Cafe\\, 18 Juniper Avenue\\, Bethesda\\, MD 20814"
    about = "Coffee\\, introductions\\, one question each."
    start = _for_a_year(today, 3, 8)
    yield _event("breakfast", "Founders Breakfast", start, 1.5, place, about, "RRULE:FREQ=WEEKLY")
    for number, monday in _weeks(today):
        if number % 3 == 1:
            place = "Ledger House\\, 700 Commerce Street\\, Richmond\\, VA 23219"
            about = "Five founders\\, kind questions. Join in the room or online."
            start = _at(monday, 1, 17)
            yield _event(f"pitch-{start:%Y%m%d}", "Pitch Practice (hybrid)", start, 2, place, about)


def _remote(today: dt.date) -> Iterator[Lines]:
    place = "Online"
    start = _for_a_year(today, 0, 12)
    rule = "RRULE:FREQ=WEEKLY;BYDAY=MO,WE"
    yield _event("remote-coffee", "Remote Coffee", start, 1, place, "Cameras optional.", rule)
    for number, monday in _weeks(today):
        if number % 2:
            start = _at(monday, 3, 13)
            about = "What screen readers make of your fields."
            yield _event(
                f"forms-{start:%Y%m%d}", "Webinar: Accessible Forms", start, 1, "Online", about
            )


def _festival(today: dt.date) -> Iterator[Lines]:
    place = "Old Mill Exhibition Hall\\, 1 Mill Race\\, Frederick\\, MD 21701"
    about = "Three days of interactive art\\, games and talks."
    for number, monday in _weeks(today):
        if number % 4 == 3:
            start = _at(monday, 4, 0)
            yield _all_day(
                f"screens-{start:%Y%m%d}", "City of Screens Festival", start, 3, place, about
            )


def _neighborhood(today: dt.date) -> Iterator[Lines]:
    place = "Maple Community Center\\, 60 Maple Street\\, Silver Spring\\, MD 20910"
    about = "Merge conflicts are settled by dice."
    start = _for_a_year(today, 6, 15)
    yield _event("games", "Board Games & Git", start, 3, place, about, "RRULE:FREQ=WEEKLY")
    place = "Capitol Branch Library\\, 85 East Street SE\\, Washington\\, DC 20003"
    about = "Phones\\, printers\\, passwords: ask anything."
    start = _for_a_year(today, 0, 17)
    rule = "RRULE:FREQ=WEEKLY;BYDAY=TU,TH,SA"
    yield _event("help-desk", "Drop-in Help Desk", start, 1.5, place, about, rule)


def _nothing(_today: dt.date) -> Iterator[Lines]:
    return iter(())


FEEDS: dict[str, Callable[[dt.date], Iterator[Lines]]] = {
    "river-city-python": _python,
    "capital-data": _data,
    "bay-makers": _makers,
    "tidewater-security": _security,
    "open-city-hack-night": _hack_night,
    "founders-breakfast": _breakfast,
    "remote-first": _remote,
    "city-of-screens": _festival,
    "neighborhood-tech": _neighborhood,
}
