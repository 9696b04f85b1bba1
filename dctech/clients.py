"""Who is asking, for limits: the address that our own proxies saw, never one that a client claims."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

IPV6_PREFIX = 64
"""bits that one customer usually has: whoever has one address has 2^64"""


def address(request: HttpRequest) -> str:
    """Return the client's IPv4 address, or its IPv6 network; "" when not even the server knows."""
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if proxies := settings.TRUSTED_PROXY_COUNT:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        # Fewer hops than proxies: it did not come through them, and the header is the client's own.
        if len(hops) >= proxies and (forwarded := _network(hops[-proxies])):
            return forwarded
    return _network(seen)


def _network(text: str) -> str:
    try:
        found = ip_address(text)
    except ValueError:
        return ""
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), IPV6_PREFIX), strict=False))
