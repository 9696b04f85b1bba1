"""Nothing private is fetched: which addresses are public, and that only checked ones are connected to."""

import socket
from ipaddress import ip_address

import pytest

from collector.fetch import FetchError, RefusedError, Request
from collector.fetch.addresses import is_public, resolve
from tests.servers import FeedServer, fetcher_for, ok, redirect, status

FEED = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
PUBLIC = "93.184.215.14"


@pytest.fixture
def server():
    with FeedServer() as server:
        server["/feed.ics"] = ok(FEED)
        yield server


@pytest.fixture
def private():
    """A server that no test allows."""
    with FeedServer("127.0.0.9") as server:
        server["/"] = server["/feed.ics"] = ok(FEED)
        yield server


class Internet:
    """DNS answers in turn (the last one stays), and public addresses that lead to a test's server."""

    def __init__(self, *answers, server=None):
        self.answers = list(answers)
        self.server = server
        self.asked = []
        self.connected = []

    def resolve(self, host, port):
        self.asked.append((host, port))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def connect(self, sock, address):
        self.connected.append(address[0])
        sock.connect(self.server.server_address if address[0] == PUBLIC else address)

    def fetcher(self, *servers, **changes):
        return fetcher_for(*servers, resolver=self.resolve, connect=self.connect, **changes)


def failure(fetcher, url):
    """Return the FetchError that reading `url` ends in."""
    with fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(Request(url))
    return caught.value


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        PUBLIC,
        "100.63.255.255",
        "100.128.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.0.1.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450:4001:800::200e",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
    ],
)
def test_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104  # an address to refuse, not to bind
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::101:101",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:101:101::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "form", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0"]
)
def test_every_way_to_write_a_loopback_address(server, form):
    url = f"http://{form}:{server.server_address[1]}/feed.ics"
    error = failure(fetcher_for(), url)
    assert isinstance(error, RefusedError)
    assert (error.kind, error.transient) == ("private-address", False)
    assert server.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
    ],
)
def test_a_private_address_is_not_connected_to(url):
    internet = Internet(["127.0.0.1"])
    assert failure(internet.fetcher(), url).kind == "private-address"
    assert internet.connected == []


@pytest.mark.parametrize("path", ["/feed.ics", "/"])
def test_a_redirect_to_a_private_address_fetches_nothing(server, private, path):
    server["/old.ics"] = redirect(private.url(path))
    assert failure(fetcher_for(server), server.url("/old.ics")).kind == "private-address"
    assert (private.connections, private.seen) == (0, [])


def test_a_redirect_to_another_port_of_an_allowed_host_fetches_nothing(server):
    with FeedServer() as neighbour:
        server["/old.ics"] = redirect(neighbour.url("/feed.ics"))
        error = failure(fetcher_for(server), server.url("/old.ics"))
    assert error.kind == "private-address"
    assert neighbour.connections == 0


def test_a_redirect_to_the_metadata_service_fetches_nothing(server):
    server["/old.ics"] = redirect("http://169.254.169.254/latest/meta-data/iam/")
    internet = Internet([PUBLIC], server=server)
    error = failure(internet.fetcher(), "http://feeds.example/old.ics")
    assert error.kind == "private-address"
    assert str(error) == (
        "169.254.169.254 is at a private or reserved address, which feeds may not be read from."
    )
    assert internet.connected == [PUBLIC]


def test_a_name_that_answers_differently_the_second_time_gains_nothing(server, private):
    internet = Internet([PUBLIC], [private.server_address[0]], server=server)
    with internet.fetcher() as fetcher:
        url = f"http://rebinding.example:{private.server_address[1]}/feed.ics"
        assert fetcher.get(Request(url)).body == FEED
    assert internet.asked == [("rebinding.example", private.server_address[1])]
    assert internet.connected == [PUBLIC]
    assert (server.hits("/feed.ics"), private.connections) == (1, 0)


def test_every_new_connection_is_checked_anew(server, private):
    server["/feed.ics"] = status(503, connection="close")
    internet = Internet([PUBLIC], [private.server_address[0]], server=server)
    url = f"http://rebinding.example:{private.server_address[1]}/feed.ics"
    assert failure(internet.fetcher(), url).kind == "private-address"
    assert len(internet.asked) == 2
    assert internet.connected == [PUBLIC]
    assert private.connections == 0


@pytest.mark.parametrize("private_first", [True, False])
def test_one_private_address_among_public_ones_is_enough(server, private_first):
    addresses = ["10.0.0.1", PUBLIC] if private_first else [PUBLIC, "10.0.0.1"]
    internet = Internet(addresses, server=server)
    assert failure(internet.fetcher(), "http://mixed.example/").kind == "private-address"
    assert internet.connected == []


def test_the_next_address_is_tried(server):
    with FeedServer("127.0.0.3") as gone:
        pass
    port = server.server_address[1]
    internet = Internet([gone.server_address[0], "127.0.0.1"])
    with internet.fetcher(allow_hosts=[f"two.example:{port}"]) as fetcher:
        assert fetcher.get(Request(f"http://two.example:{port}/feed.ics")).body == FEED
    assert internet.connected == ["127.0.0.3", "127.0.0.1"]


def test_an_allowed_host_is_named_as_it_is_asked_for(server):
    port = server.server_address[1]
    internet = Internet(["127.0.0.1"])
    with internet.fetcher(allow_hosts=[f"Intranet.example:{port}"]) as fetcher:
        assert fetcher.get(Request(f"http://intranet.EXAMPLE:{port}/feed.ics")).body == FEED
    for name in (f"127.0.0.1:{port}", f"x.intranet.example:{port}", f"other.example:{port}"):
        error = failure(
            internet.fetcher(allow_hosts=[f"intranet.example:{port}"]), f"http://{name}/feed.ics"
        )
        assert error.kind == "private-address"
    assert server.hits("/feed.ics") == 1


def test_an_allowed_ipv6_host():
    if not socket.has_ipv6:
        pytest.skip("no IPv6 on this machine")
    error = failure(fetcher_for(allow_hosts=["[::1]:9"], retries=0), "http://[::1]:9/")
    assert error.kind == "connection"


@pytest.mark.parametrize(("errno", "attempts"), [(socket.EAI_NONAME, 1), (socket.EAI_AGAIN, 3)])
def test_a_name_without_an_address(errno, attempts):
    asked = []

    def resolver(host, _port):
        asked.append(host)
        raise socket.gaierror(errno, "no")

    error = failure(fetcher_for(resolver=resolver), "http://nowhere.example/feed.ics?token=secret")
    assert (error.kind, str(error)) == ("dns", "The name nowhere.example has no address.")
    assert asked == ["nowhere.example"] * attempts


def test_a_name_with_no_address_at_all():
    assert (
        failure(fetcher_for(resolver=lambda _host, _port: []), "http://empty.example/").kind
        == "dns"
    )


def test_the_systems_resolver():
    assert "127.0.0.1" in resolve("localhost", 80)
