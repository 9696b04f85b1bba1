"""What each kind of page costs to make: asked for here, and counted by DynamoDB itself."""

from collections.abc import Iterator

from django.conf import settings
from django.test import Client

from dctech import freshness
from dctech.dynamodb import connection
from dctech.observability.capacity import metered

ADDRESSES = {
    "home": "/",
    "events": "/events/",
    "locations": "/locations/",
    "categories": "/categories/",
    "groups": "/groups/",
    "calendar": "/events.ics",
    "JSON": "/events.json",
    "sitemap": "/sitemap.xml",
    "about": "/about/",
}


def page_units() -> Iterator[tuple[str, float]]:
    """Yield each kind of page and the read units of making one, with nothing kept from before."""
    with metered(connection().client.meta.events) as meter:
        for kind, address in ADDRESSES.items():
            freshness.pages.clear()
            Client(headers={"host": settings.ALLOWED_HOSTS[0]}).get(address, secure=True)
            yield kind, meter.take()[0]
