"""What an event's own page says about it: schema.org Event in JSON-LD.

Not extruct: it brings lxml, rdflib, mf2py and more for microdata and RDFa, while the sites that
groups publish on (Meetup, Luma, Eventbrite) speak JSON-LD. Not html.parser either: it raises on
"<![x" and older versions take quadratic time on broken pages; finding a script needs neither.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from urllib.parse import urljoin, urlsplit

from collector.jsonld import Node, first, listed, nodes, scripts, text_of, word

MOST_NODES = 20_000  # JSON objects looked at on one page

# The types that do not end in "Event" (schema.org 29.0, its pending section included).
_OTHER_TYPES = frozenset(
    ["CourseInstance", "EventSeries", "ExhibitionEvent", "Festival", "Hackathon"]
)
# The gravest first: eventStatus may be a list.
_STATUSES = {
    "EventCancelled": "CANCELLED",
    "EventCanceled": "CANCELLED",
    "EventPostponed": "POSTPONED",
    "EventMovedOnline": "MOVED_ONLINE",
    "EventRescheduled": "RESCHEDULED",
}
_MODES = {
    "OfflineEventAttendanceMode": "in_person",
    "OnlineEventAttendanceMode": "virtual",
    "MixedEventAttendanceMode": "hybrid",
}
_UNITED_STATES = frozenset(["", "us", "usa", "united states", "united states of america"])


@dataclass(frozen=True, slots=True)
class EventPage:
    """One schema.org Event: plain text, dates as given (ISO 8601); "" and None = not said."""

    name: str = ""
    status: str = ""  # CANCELLED | POSTPONED | RESCHEDULED | MOVED_ONLINE
    location_type: str = ""  # in_person | virtual | hybrid
    location: str = ""  # "name, street, locality, region[, country if not the US]"
    start: str = ""
    end: str = ""
    is_free: bool | None = None
    price: str = ""  # "10 USD", "10 to 25 USD"; "" where free
    description: str = ""
    image: str = ""  # an absolute http(s) address


def read_event_page(html: bytes, *, url: str, start: date | None = None) -> EventPage | None:
    """Return the page's Event, or None if it has none.

    Of several, those whose url is this page's go before others, then those that begin on the
    start date, then the first one. A script that is not JSON costs that script only.
    """
    found = (node for script in scripts(html) for node in nodes(script))
    events = [node for node in islice(found, MOST_NODES) if _is_event(node)]
    if not events:
        return None
    events = [event for event in events if _is_about(event, url)] or events
    day = start.isoformat() if start else "any"
    on_day = [event for event in events if text_of(first(event, "startDate")).startswith(day)]
    return _event_page((on_day or events)[0], url)


def _is_event(node: Node) -> bool:
    kinds = [word(kind) for kind in listed(first(node, "@type"))]
    if not any(kind.endswith("Event") or kind in _OTHER_TYPES for kind in kinds):
        return False
    return bool(text_of(first(node, "name")) or text_of(first(node, "startDate")))


def _is_about(event: Node, url: str) -> bool:
    page = _page(url)
    return bool(page) and page in {_page(text_of(first(event, key))) for key in ("url", "@id")}


def _page(url: str) -> str:
    """Return host and path: what stays the same of a page that is linked in many ways."""
    try:
        split = urlsplit(url)
    except ValueError:
        return ""
    return split.netloc.lower().removeprefix("www.") + split.path.rstrip("/")


def _event_page(event: Node, url: str) -> EventPage:
    status = _status(event)
    is_free, price = _price(event)
    return EventPage(
        name=text_of(first(event, "name")),
        status=status,
        location_type=_attendance(event, status),
        location=_location(event),
        start=text_of(first(event, "startDate")),
        end=text_of(first(event, "endDate")),
        is_free=is_free,
        price=price,
        description=text_of(first(event, "description"), lines=True),
        image=_image(event, url),
    )


def _terms(value: object) -> set[str]:
    return {word(text_of(item)) for item in listed(value)}


def _status(event: Node) -> str:
    terms = _terms(first(event, "eventStatus"))
    return next((status for term, status in _STATUSES.items() if term in terms), "")


def _attendance(event: Node, status: str) -> str:
    modes = {_MODES.get(term, "") for term in _terms(first(event, "eventAttendanceMode"))} - {""}
    if len(modes) > 1 or modes == {"hybrid"}:
        return "hybrid"
    if status == "MOVED_ONLINE":
        return "virtual"
    return modes.pop() if modes else _attendance_of(listed(first(event, "location")))


def _attendance_of(places: list[object]) -> str:
    virtual = sum(map(_is_virtual, places))
    if not virtual:
        return "in_person" if places else ""
    return "virtual" if virtual == len(places) else "hybrid"


def _is_virtual(place: object) -> bool:
    if isinstance(place, dict):
        return "VirtualLocation" in _terms(first(place, "@type"))
    return text_of(place).lower().startswith(("http://", "https://"))


def _location(event: Node) -> str:
    places = [place for place in listed(first(event, "location")) if not _is_virtual(place)]
    return next((text for text in map(_place, places) if text), "")


def _place(place: object) -> str:
    """Join name, street, locality and region; what the text before says already is left out."""
    if not isinstance(place, dict):
        return text_of(place)
    address = next(iter(listed(first(place, "address"))), "")
    if "PostalAddress" in _terms(first(place, "@type")):
        address = place
    name = text_of(first(place, "name"))
    parts = [name, *_address_parts(address)]
    said: list[str] = []
    for part in parts:
        if part and not _repeats(said, part):
            said = [] if said and part.casefold().startswith(f"{said[0]},".casefold()) else said
            said.append(part)
    return ", ".join(said)


def _address_parts(address: object) -> list[str]:
    if not isinstance(address, dict):
        return [text_of(address)]
    keys = ("streetAddress", "addressLocality", "addressRegion", "addressCountry")
    *parts, country = (text_of(first(address, key)) for key in keys)
    return parts if country.casefold() in _UNITED_STATES else [*parts, country]


def _repeats(said: list[str], part: str) -> bool:
    """Tell whether a part is one of those said, up to a ZIP code ("DC" after "..., DC 20001")."""
    pieces = {piece.strip().casefold() for text in said for piece in text.split(",")}
    zipless = {piece.rpartition(" ")[0] for piece in pieces if piece[-5:].isdigit()}
    return part.casefold() in pieces | zipless | {text.casefold() for text in said}


def _price(event: Node) -> tuple[bool | None, str]:
    """Return (free, price): free by isAccessibleForFree, else where every offer's price is 0."""
    offers = [offer for offer in listed(first(event, "offers")) if isinstance(offer, dict)]
    keys = ("price", "lowPrice", "highPrice")
    given = (_amount(text_of(first(offer, key))) for offer in offers for key in keys)
    amounts = [amount for amount in given if amount is not None]
    said = word(text_of(first(event, "isAccessibleForFree"))).lower()
    if said == "true" or (amounts and not any(amounts) and said != "false"):
        return True, ""
    if not any(amounts):
        return (False if said == "false" else None), ""
    currency = next(filter(None, (text_of(first(o, "priceCurrency")) for o in offers)), "")
    prices = dict.fromkeys(_plain_amount(amount) for amount in (min(amounts), max(amounts)))
    return False, f"{' to '.join(prices)} {currency}".strip()


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.strip("$€£ ").replace(",", ""))
    except InvalidOperation:
        return None
    fits = amount.is_finite() and 0 <= amount < Decimal(10) ** 7
    return round(amount, 2) if fits else None


def _plain_amount(amount: Decimal) -> str:
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def _image(event: Node, url: str) -> str:
    for image in listed(first(event, "image")):
        source = image
        if isinstance(image, dict):
            source = first(image, "url") or first(image, "contentUrl")
        try:
            address = urljoin(url, text_of(source)) if text_of(source) else ""
        except ValueError:
            continue
        if address.startswith(("https://", "http://")):
            return address
    return ""
