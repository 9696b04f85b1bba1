"""What machines read of a page that lists events: its one address, and which events it names."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString

from events.models import Event
from events.schema_org import item_list
from events.sharing import absolute, json_ld

Days = Iterable[tuple[object, Sequence[Event]]]


@dataclass(frozen=True, slots=True)
class Listing:
    """For the head of a page. Addresses are absolute; `previous` and `next` are "" where there is no such page."""

    canonical: str
    json_ld: SafeString | str
    previous: str = ""
    next: str = ""


def listing(path: str, events: Iterable[Event], *, before: str = "", after: str = "") -> Listing:
    """Return what the head of the page at `path`, of these events in this order, says of it."""
    addresses = list(_addresses(events))
    return Listing(
        absolute(path),
        json_ld(item_list(addresses)) if addresses else "",
        before and absolute(before),
        after and absolute(after),
    )


def of_days(days: Days) -> Iterable[Event]:
    """Return the events of the days of a page, as they are shown; once each, where sessions are on several days."""
    return {event.event_id: event for _, events in days for event in events}.values()


def _addresses(events: Iterable[Event]) -> Iterator[str]:
    """Yield the pages' addresses: below the one of all events, in the language that is active.

    Put together by hand, since reversing two hundred of them takes as long as the rest of a page.
    """
    base = absolute(reverse("events"))
    return (f"{base}{quote(event.event_id, safe='')}/{event.slug}/" for event in events)
