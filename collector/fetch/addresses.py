"""Which addresses the collector may connect to: public ones, and the exceptions that the settings name.

The refused ranges are IANA's special-purpose registries (RFC 6890 and its updates) written out,
because `ipaddress.is_global` differs between the Python releases we run on.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from collector.fetch.errors import RefusedError, UnreachableError

Resolver = Callable[[str, int], Sequence[str]]

_REFUSED_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # "this network"
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT, and Alibaba's metadata service
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's metadata service, on a public address
            "169.254.0.0/16",  # link-local, and the metadata services of AWS, Google and Azure
            "172.16.0.0/12",
            "192.0.0.0/24",  # protocol assignments, and Oracle's metadata service
            "192.0.2.0/24",
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_GLOBAL_UNICAST_IPV6 = IPv6Network("2000::/3")
_REFUSED_IPV6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
            "2001:db8::/32",
            "2002::/16",  # 6to4 hides an IPv4 address and is retired (RFC 7526)
            "3fff::/20",
        ),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether `address` is on the public Internet, looking through IPv4-mapped and NAT64 forms."""
    if isinstance(address, IPv6Address):
        inner = _embedded_ipv4(address)
        if inner is None:
            return address in _GLOBAL_UNICAST_IPV6 and not any(
                address in network for network in _REFUSED_IPV6
            )
        address = inner
    return not any(address in network for network in _REFUSED_IPV4)


def _embedded_ipv4(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of `host`, in its order of preference.

    The system's resolver keeps a timeout of its own (resolv.conf: by default 5 s, tried twice).
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class AddressBook:
    """Gives the addresses that may be connected to; whoever connects uses these and asks no more."""

    def __init__(self, allow_hosts: Iterable[str] = (), resolver: Resolver = resolve) -> None:
        self._allowed = frozenset(entry.lower() for entry in allow_hosts)
        self._resolver = resolver

    def look_up(self, host: str, port: int) -> list[IPv4Address | IPv6Address]:
        """Resolve `host` once and return its addresses, all of them checked.

        Raises RefusedError when one address is not public and `host:port` is not allowed by name,
        UnreachableError when the name has no address.
        """
        host = host.strip("[]")
        addresses = self._addresses(host, port)
        if self._is_allowed(host, port) or all(map(is_public, addresses)):
            return addresses
        raise RefusedError(
            f"{host} is at a private or reserved address, which feeds may not be read from.",
            kind="private-address",
        )

    def _is_allowed(self, host: str, port: int) -> bool:
        name = f"[{host}]" if ":" in host else host.rstrip(".").lower()
        return f"{name}:{port}" in self._allowed

    def _addresses(self, host: str, port: int) -> list[IPv4Address | IPv6Address]:
        try:
            return [ip_address(host)]
        except ValueError:
            pass
        try:
            found = self._resolver(host, port)
        except UnicodeError:
            raise RefusedError(
                f"{host[:80]} is not a possible host name.", kind="bad-url"
            ) from None
        except socket.gaierror as error:
            transient = error.errno == socket.EAI_AGAIN
            raise UnreachableError(
                f"The name {host} has no address.", kind="dns", transient=transient
            ) from error
        return [ip_address(address) for address in found]
