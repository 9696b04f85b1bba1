"""What a search engine is told about an event, or a list of them: schema.org, as dictionaries for JSON-LD."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from events.models import Event
from events.weblinks import web_address

MODES = {
    "in_person": "OfflineEventAttendanceMode",
    "virtual": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
PRICE = re.compile(r"(?P<low>[\d,.]*\d)(?: to (?P<high>[\d,.]*\d))? (?P<currency>[A-Z]{3})")
"""What a cost looks like that came out of an event page's own offers."""
POSTCODE = re.compile(r"\b\d{5}(?:-\d{4})?$")

Node = dict[str, Any]


def schema_event(event: Event, *, page: str, image: str) -> Node:
    """Return what schema.org calls an Event. `page` and `image` are absolute addresses."""
    start, end = _times(event)
    said = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "url": page,
        "sameAs": web_address(event.url),
        "eventStatus": f"https://schema.org/{_status(event)}",
        "eventAttendanceMode": f"https://schema.org/{MODES[event.location_type]}",
        "startDate": start,
        "endDate": end,
        "previousStartDate": _time(event, event.previous_start) if event.previous_start else None,
        "location": _location(event, page),
        "description": event.description or event.excerpt,
        "image": [image],
        "organizer": _organizer(event),
        "isAccessibleForFree": True if event.is_free else None,
        "offers": _offers(event, page),
        "keywords": list(event.categories or ()),
    }
    return {name: value for name, value in said.items() if value}


def item_list(addresses: Iterable[str]) -> Node:
    """Return the ItemList of a page that names events and leaves the rest to the events' own pages."""
    items = [
        {"@type": "ListItem", "position": position, "url": address}
        for position, address in enumerate(addresses, start=1)
    ]
    return {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": items}


def _status(event: Event) -> str:
    """Cancelled or postponed says more than moved: an event may be both."""
    if event.event_status == "CANCELLED":
        return "EventCancelled"
    if event.event_status == "POSTPONED":
        return "EventPostponed"
    return "EventRescheduled" if event.previous_start else "EventScheduled"


def _times(event: Event) -> tuple[str, str | None]:
    """Return start and end. schema.org counts the last day in; an event without a length has no end."""
    start = _time(event, event.start_datetime)
    if event.all_day:
        return start, event.last_day.isoformat()
    if event.end_datetime <= event.start_datetime:
        return start, None
    return start, _time(event, event.end_datetime)


def _time(event: Event, wall: dt.datetime) -> str:
    if event.all_day:
        return wall.date().isoformat()
    return wall.replace(tzinfo=settings.SITE_ZONE).isoformat()


def _location(event: Event, page: str) -> list[Node]:
    """Return where: a Place, a VirtualLocation, or both; nothing where the place is not known yet."""
    found = []
    if event.location_type != "virtual" and (event.location or event.city):
        found.append(_place(event))
    if event.location_type != "in_person":
        linked = web_address(event.location) or web_address(event.url) or page
        found.append({"@type": "VirtualLocation", "url": linked})
    return found


def _place(event: Event) -> Node:
    name, street, postcode = _address(event)
    address = {
        "@type": "PostalAddress",
        "streetAddress": street,
        "addressLocality": event.city,
        "addressRegion": event.region,
        "postalCode": postcode,
        "addressCountry": "US" if event.region else None,
    }
    place = {
        "@type": "Place",
        "name": name,
        "address": {name: value for name, value in address.items() if value},
    }
    if event.geo:
        latitude, longitude = event.geo
        place["geo"] = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
    return place


def _address(event: Event) -> tuple[str, str, str]:
    """Return name, street and ZIP code, as far as the text of the place says them apart from the city."""
    text = event.location or event.city or ""
    pieces = [piece.strip() for piece in text.split(",")]
    cities = [place for place, piece in enumerate(pieces) if piece == event.city]
    if not cities or not cities[-1]:
        return text, "", ""
    *before, last = pieces[: cities[-1]], pieces[-1]
    named = before[0]
    zip_code = POSTCODE.search(last)
    street = named if named[0][:1].isdigit() else named[1:]
    return named[0], ", ".join(street), zip_code[0] if zip_code else ""


def _organizer(event: Event) -> Node | None:
    if not event.group_name:
        return None
    website = web_address(event.group_website)
    return {"@type": "Organization", "name": event.group_name} | (
        {"url": website} if website else {}
    )


def _offers(event: Event, page: str) -> Node | None:
    """Return the price where it is certain; words like "pay what you can" are no offer."""
    url = web_address(event.url) or page
    if event.is_free:
        return {"@type": "Offer", "price": "0", "priceCurrency": "USD", "url": url}
    price = PRICE.fullmatch(event.cost or "")
    if not price:
        return None
    low, high, currency = (part and part.replace(",", "") for part in price.groups())
    if high:
        prices = {"@type": "AggregateOffer", "lowPrice": low, "highPrice": high}
    else:
        prices = {"@type": "Offer", "price": low}
    return prices | {"priceCurrency": currency, "url": url}
