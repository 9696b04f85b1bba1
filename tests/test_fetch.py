"""Reading an address over real sockets: what is sent, what comes back, and every way it can fail."""

import hashlib

import pytest
from django.conf import settings

from collector.fetch import (
    AnswerError,
    Fetcher,
    FetchError,
    RefusedError,
    Request,
    UnreachableError,
)
from collector.fetch.fetcher import user_agent
from tests.servers import (
    PEM,
    FeedServer,
    bytes_on_the_wire,
    drip,
    fetcher_for,
    hang_up,
    html,
    later,
    ok,
    redirect,
    stall,
    status,
)

FEED = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
YESTERDAY = "Fri, 01 May 2026 10:00:00 GMT"


@pytest.fixture
def server():
    with FeedServer() as server:
        server["/feed.ics"] = ok(FEED, etag='"1"', last_modified=YESTERDAY)
        yield server


@pytest.fixture
def other():
    with FeedServer("127.0.0.2") as server:
        server["/feed.ics"] = ok(FEED, etag='"1"', last_modified=YESTERDAY)
        yield server


@pytest.fixture
def pem(tmp_path):
    file = tmp_path / "feeds.test.pem"
    file.write_text(PEM)
    return file


def failure(fetcher, url):
    """Return the FetchError that reading `url` ends in."""
    with fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(Request(url))
    return caught.value


def test_a_feed(server):
    with fetcher_for(server) as fetcher:
        answer = fetcher.get(Request(server.url("/feed.ics")))
    assert (answer.status, answer.body, answer.not_modified) == (200, FEED, False)
    assert answer.url == server.url("/feed.ics")
    assert answer.sha256 == hashlib.sha256(FEED).hexdigest()
    assert (answer.etag, answer.last_modified) == ('"1"', YESTERDAY)
    assert answer.content_type == "text/calendar; charset=utf-8"


def test_what_is_sent(server):
    with fetcher_for(server) as fetcher:
        fetcher.get(Request(server.url("/feed.ics?token=1")))
        fetcher.get(Request(server.url("/feed.ics"), accept="text/html"))
    assert [seen.query for seen in server.seen] == ["token=1", ""]
    assert server.seen[0].headers == {
        "host": server.host,
        "user-agent": "Test-City-collector (+https://city.example)",
        "accept": "text/calendar, */*;q=0.5",
        "accept-encoding": "gzip, deflate",
    }
    assert server.seen[1].headers["accept"] == "text/html"


def test_a_page_is_an_answer_like_any_other(server):
    server["/login"] = html("Please log in")
    with fetcher_for(server) as fetcher:
        answer = fetcher.get(Request(server.url("/login")))
    assert answer.content_type == "text/html; charset=utf-8"
    assert b"Please log in" in answer.body


@pytest.mark.parametrize(
    "validators",
    [{"etag": '"1"'}, {"last_modified": YESTERDAY}, {"etag": '"1"', "last_modified": "x"}],
)
def test_an_unchanged_feed(server, validators):
    with fetcher_for(server) as fetcher:
        answer = fetcher.get(Request(server.url("/feed.ics"), **validators))
    assert (answer.status, answer.not_modified) == (304, True)
    assert (answer.body, answer.sha256) == (b"", "")
    assert (answer.etag, answer.last_modified) == ('"1"', YESTERDAY)


def test_a_304_without_validators_keeps_those_that_were_sent(server):
    server["/feed.ics"] = status(304)
    with fetcher_for(server) as fetcher:
        answer = fetcher.get(Request(server.url("/feed.ics"), etag='"1"', last_modified=YESTERDAY))
    assert (answer.etag, answer.last_modified) == ('"1"', YESTERDAY)


def test_a_304_that_was_not_asked_for(server):
    server["/feed.ics"] = status(304)
    assert failure(fetcher_for(server), server.url("/feed.ics")).kind == "http-304"


def test_a_changed_feed(server):
    with fetcher_for(server) as fetcher:
        answer = fetcher.get(Request(server.url("/feed.ics"), etag='"0"'))
    assert (answer.status, answer.body) == (200, FEED)
    assert server.seen[0].headers["if-none-match"] == '"0"'


def test_a_validator_that_cannot_be_sent_back_is_dropped(server):
    server["/feed.ics"] = bytes_on_the_wire(
        b'HTTP/1.1 200 OK\r\nETag: \xa0"\xe9"\r\nLast-Modified: \x01\r\nContent-Length: 1\r\n\r\nX'
    )
    with fetcher_for(server) as fetcher:
        answer = fetcher.get(Request(server.url("/feed.ics"), etag='"\xe9\n"'))
    assert (answer.etag, answer.last_modified) == ("", "")
    assert "if-none-match" not in server.seen[0].headers


def test_a_connection_is_kept(server):
    server["/same.ics"] = ok(FEED, etag='"2"')
    with fetcher_for(server) as fetcher:
        for _ in range(3):
            fetcher.get(Request(server.url("/feed.ics")))
            fetcher.get(Request(server.url("/same.ics"), etag='"2"'))
    assert (len(server.seen), server.connections) == (6, 1)


def test_cookies_are_not_kept(server):
    server["/feed.ics"] = status(200, FEED, set_cookie="session=1; Path=/")
    with fetcher_for(server) as fetcher:
        fetcher.get(Request(server.url("/feed.ics")))
        fetcher.get(Request(server.url("/feed.ics")))
    assert "cookie" not in server.seen[1].headers


def test_proxies_and_passwords_of_the_environment_are_not_used(
    server, other, monkeypatch, tmp_path
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", other.url())
    monkeypatch.setenv("ALL_PROXY", other.url())
    with fetcher_for(server) as fetcher:
        assert fetcher.get(Request(server.url("/feed.ics"))).body == FEED
    assert other.connections == 0
    assert "authorization" not in server.seen[0].headers


@pytest.mark.parametrize("scheme", ["webcal", "WebCal", "HTTP"])
def test_webcal_is_http(server, scheme):
    with fetcher_for(server) as fetcher:
        answer = fetcher.get(Request(f" {scheme}://{server.host}/feed.ics#today\n"))
    assert answer.url == server.url("/feed.ics")


def test_webcals_is_https(pem):
    with FeedServer(tls=pem) as server, fetcher_for(server, ca_file=str(pem)) as fetcher:
        server["/feed.ics"] = ok(FEED)
        answer = fetcher.get(Request(f"webcals://{server.host}/feed.ics"))
    assert (answer.url, answer.body) == (server.url("/feed.ics"), FEED)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect(server, other, code):
    server["/old.ics"] = redirect(other.url("/feed.ics"), code)
    with fetcher_for(server, other) as fetcher:
        answer = fetcher.get(Request(server.url("/old.ics")))
    assert (answer.url, answer.body) == (other.url("/feed.ics"), FEED)


def test_five_redirects_and_no_more(server):
    server["/0"] = redirect("/1")
    server["/1"] = redirect("2")
    server["/2"] = redirect(f"//{server.host}/3")
    server["/3"] = redirect(f"webcal://{server.host}/4")
    server["/4"] = redirect(server.url("/feed.ics#part"))
    server["/more"] = redirect("/0")
    with fetcher_for(server) as fetcher:
        assert fetcher.get(Request(server.url("/0"))).url == server.url("/feed.ics")
    assert failure(fetcher_for(server), server.url("/more")).kind == "too-many-redirects"
    assert server.hits("/feed.ics") == 1


def test_a_redirect_that_goes_nowhere(server):
    server["/old.ics"] = status(302)
    assert failure(fetcher_for(server), server.url("/old.ics")).kind == "http-302"


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:6379/_x",
        "http://[",
        "http://u:p@127.0.0.1/",
    ],
)
def test_a_redirect_to_what_is_no_web_address(server, location):
    server["/old.ics"] = redirect(location)
    error = failure(fetcher_for(server), server.url("/old.ics"))
    assert isinstance(error, RefusedError)
    assert error.kind == "bad-url"


def test_a_redirect_keeps_validators_at_the_same_origin(server):
    server["/old.ics"] = redirect("/feed.ics")
    with fetcher_for(server) as fetcher:
        assert fetcher.get(Request(server.url("/old.ics"), etag='"1"')).not_modified


def test_a_redirect_takes_no_validators_to_another_host_or_port(server, other):
    server["/old.ics"] = redirect(other.url("/feed.ics"))
    server["/port.ics"] = redirect("/old.ics")
    with FeedServer() as neighbour, fetcher_for(server, other, neighbour) as fetcher:
        neighbour["/feed.ics"] = ok(FEED)
        server["/next.ics"] = redirect(neighbour.url("/feed.ics"))
        known = {"etag": '"1"', "last_modified": YESTERDAY}
        assert fetcher.get(Request(server.url("/old.ics"), **known)).body == FEED
        assert fetcher.get(Request(server.url("/next.ics"), **known)).body == FEED
    arrived = other.seen + neighbour.seen
    assert len(arrived) == 2
    for seen in arrived:
        assert not {"if-none-match", "if-modified-since", "referer", "cookie"} & set(seen.headers)
    assert server.seen[0].headers["if-none-match"] == '"1"'


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed.ics",
        "ftp://example.org/feed.ics",
        "file:///etc/passwd",
        "webcal:feed",
        "http://",
        "http:///feed.ics",
        "http://[::1/feed.ics",
        "http://example.org:99999/",
        "http://exa mple.org/",
        "http://*.example.org/",
        f"http://{'a' * 64}.example.org/",
        "https://me:secret@example.org/feed.ics",
        "https://me@example.org/feed.ics",
    ],
)
def test_an_address_that_is_refused(url):
    error = failure(fetcher_for(), url)
    assert isinstance(error, RefusedError)
    assert error.kind == "bad-url"
    assert "secret" not in str(error)


@pytest.mark.parametrize("code", [204, 206, 400, 401, 403, 404, 410])
def test_a_status_that_is_final(server, code):
    server["/feed.ics"] = status(code)
    error = failure(fetcher_for(server), server.url("/feed.ics?token=secret"))
    assert isinstance(error, AnswerError)
    assert (error.kind, error.transient) == (f"http-{code}", False)
    assert server.hits("/feed.ics") == 1


def test_an_error_is_a_sentence_with_the_host_and_without_the_query(server):
    error = failure(fetcher_for(server), server.url("/private/abc?token=secret"))
    assert str(error) == "127.0.0.1 answered 404 Not Found."
    assert (error.__cause__, error.__suppress_context__) == (None, False)


def test_a_status_of_its_own_making(server):
    server["/feed.ics"] = status(799)
    assert str(failure(fetcher_for(server), server.url("/feed.ics"))) == "127.0.0.1 answered 799."


def test_nobody_listens():
    with FeedServer() as gone:
        pass
    error = failure(fetcher_for(gone, retries=0), gone.url("/feed.ics?token=secret"))
    assert isinstance(error, UnreachableError)
    assert (error.kind, str(error)) == ("connection", "127.0.0.1 did not accept a connection.")


def test_the_host_hangs_up(server):
    server["/feed.ics"] = hang_up()
    error = failure(fetcher_for(server, retries=0), server.url("/feed.ics?token=secret"))
    assert (error.kind, str(error)) == ("connection", "127.0.0.1 broke the connection.")
    assert error.__suppress_context__


@pytest.mark.parametrize(
    "data", [b"220 smtp.example ESMTP\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 70_000]
)
def test_not_http(server, data):
    server["/feed.ics"] = bytes_on_the_wire(data)
    assert failure(fetcher_for(server), server.url("/feed.ics")).kind == "protocol"
    assert server.hits("/feed.ics") == 1


def test_two_lengths_that_disagree(server):
    server["/feed.ics"] = bytes_on_the_wire(
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nXX"
    )
    assert failure(fetcher_for(server), server.url("/feed.ics")).kind == "protocol"


def test_a_silent_host(server):
    server["/feed.ics"] = stall()
    error = failure(fetcher_for(server, read_timeout=0.1, retries=0), server.url("/feed.ics"))
    assert (error.kind, str(error)) == ("timeout", "127.0.0.1 took too long to answer.")


def test_a_slow_host_within_its_time(server):
    server["/feed.ics"] = later(0.1, ok(FEED))
    with fetcher_for(server) as fetcher:
        assert fetcher.get(Request(server.url("/feed.ics"))).body == FEED


def test_a_certificate_that_nobody_vouches_for(pem):
    with FeedServer(tls=pem) as server:
        server["/feed.ics"] = ok(FEED)
        error = failure(fetcher_for(server), server.url("/feed.ics"))
    assert (error.kind, error.transient) == ("tls", False)
    assert server.seen == []


def test_a_certificate_of_another_host(pem):
    with FeedServer("127.0.0.2", tls=pem) as server:
        server["/feed.ics"] = ok(FEED)
        error = failure(fetcher_for(server, ca_file=str(pem)), server.url("/feed.ics"))
    assert error.kind == "tls"
    assert server.seen == []


def test_tls_checks_the_name_and_not_the_address(pem):
    with FeedServer("127.0.0.2", tls=pem) as server:
        server["/feed.ics"] = ok(FEED)
        port = server.server_address[1]
        fetcher = fetcher_for(
            ca_file=str(pem),
            allow_hosts=[f"feeds.test:{port}"],
            resolver=lambda _host, _port: ["127.0.0.2"],
        )
        with fetcher:
            assert fetcher.get(Request(f"https://feeds.test:{port}/feed.ics")).body == FEED
    assert server.seen[0].headers["host"] == f"feeds.test:{port}"


def test_plain_http_on_a_tls_port_and_the_other_way_round(server, pem):
    assert failure(fetcher_for(server), f"https://{server.host}/feed.ics").kind == "tls"
    with FeedServer(tls=pem) as secure:
        error = failure(fetcher_for(secure, retries=0), f"http://{secure.host}/feed.ics")
    assert error.kind in {"connection", "protocol"}  # as the TLS library's alert arrives or not


def test_a_slow_drip_over_tls_ends_at_the_deadline(pem):
    with FeedServer(tls=pem) as server:
        server["/feed.ics"] = drip(bytes(1000))
        error = failure(
            fetcher_for(server, ca_file=str(pem), deadline=0.4), server.url("/feed.ics")
        )
    assert error.kind == "deadline"


def test_settings_make_the_fetcher(server, settings):
    settings.SITE_NAME, settings.SITE_URL = "DC Tech Events", "https://dctech.events"
    settings.COLLECTOR_ALLOW_HOSTS = [server.host]
    with Fetcher.from_settings() as fetcher:
        assert fetcher.get(Request(server.url("/feed.ics"))).body == FEED
    agent = server.seen[0].headers["user-agent"]
    assert agent == "DC-Tech-Events-collector (+https://dctech.events)"


def test_a_user_agent_is_ascii_whatever_the_site_is_called():
    assert user_agent("Événements", "https://é.example/") == (
        "v-nements-collector (+https://%C3%A9.example/)"
    )
    assert (
        user_agent("東京", "https://tokyo.example") == "events-collector (+https://tokyo.example)"
    )


def test_the_sites_own_limits_are_sane():
    assert 0 < settings.COLLECTOR_READ_TIMEOUT < settings.COLLECTOR_DEADLINE
