"""What a host may cost us: time, bytes on the wire, memory; and bodies that are not whole."""

import gzip
import socket
import tracemalloc
import zlib

import pytest

from collector.fetch import FetchError, Request
from tests.servers import (
    MEGABYTE,
    FeedServer,
    bomb,
    bytes_on_the_wire,
    chunked,
    drip,
    drip_headers,
    endless,
    fetcher_for,
    later,
    ok,
    redirect,
    truncated,
    until_close,
)

FEED = b"BEGIN:VCALENDAR\r\n" + b"X-LINE:text\r\n" * 500 + b"END:VCALENDAR\r\n"
MEMBERS = gzip.compress(FEED[:100]) + gzip.compress(FEED[100:])


@pytest.fixture
def server():
    with FeedServer() as server:
        yield server


def read(server, answer, **changes):
    """Return the body that `answer` gives."""
    server["/feed.ics"] = answer
    with fetcher_for(server, **changes) as fetcher:
        return fetcher.get(Request(server.url("/feed.ics"))).body


def failure(server, answer, **changes):
    """Return the kind of error that `answer` ends in."""
    with pytest.raises(FetchError) as caught:
        read(server, answer, **changes)
    return caught.value.kind


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (FEED, ""),
        (FEED, "identity"),
        (gzip.compress(FEED), "gzip"),
        (gzip.compress(FEED), "X-GZIP"),
        (gzip.compress(FEED) + bytes(8), "gzip"),
        (MEMBERS, "gzip"),
        (zlib.compress(FEED), "deflate"),
        (zlib.compress(FEED, wbits=-15), "deflate"),
        (gzip.compress(FEED, 0), "gzip"),
    ],
)
def test_codings(server, body, coding):
    assert read(server, ok(body, coding=coding)) == FEED


@pytest.mark.parametrize("body", [gzip.compress(FEED), MEMBERS, zlib.compress(FEED)])
def test_a_compressed_body_that_comes_byte_by_byte(server, body):
    coding = "gzip" if body.startswith(b"\x1f\x8b") else "deflate"
    pieces = [body[at : at + 1] for at in range(len(body))]
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(b"1\r\n%s\r\n" % piece for piece in pieces) + b"0\r\n\r\n"
    assert read(server, bytes_on_the_wire(answer % coding.encode() + chunks)) == FEED


def test_an_empty_body_needs_no_coding(server):
    assert read(server, ok(b"", coding="gzip")) == b""


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (FEED, "gzip"),
        (b"\x1f\x8b\x08\x00" + bytes(100), "gzip"),
        (b"\xff\xff" + FEED, "deflate"),
        (FEED, "br"),
        (FEED, "zstd"),
        (gzip.compress(gzip.compress(FEED)), "gzip, gzip"),
        (gzip.compress(b"") * 2000, "gzip"),
    ],
)
def test_a_coding_that_is_damaged_or_was_not_asked_for(server, body, coding):
    assert failure(server, ok(body, coding=coding)) == "encoding"


def test_a_chunked_body(server):
    assert read(server, chunked(FEED[:1000], FEED[1000:])) == FEED


def test_a_body_that_ends_with_the_connection(server):
    assert read(server, until_close(FEED)) == FEED


@pytest.mark.parametrize(
    "answer",
    [
        truncated(FEED),
        truncated(b""),
        truncated(gzip.compress(FEED), content_encoding="gzip"),
        chunked(FEED, whole=False),
        chunked(whole=False),
        until_close(gzip.compress(FEED)[:-20], content_encoding="gzip"),
        until_close(zlib.compress(FEED)[:-20], content_encoding="deflate"),
        until_close(b"\x1f", content_encoding="gzip"),
        until_close(gzip.compress(FEED) + gzip.compress(FEED)[:30], content_encoding="gzip"),
    ],
)
def test_a_body_that_is_not_whole(server, answer):
    assert failure(server, answer) == "truncated"
    assert server.hits("/feed.ics") == 1


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_the_largest_body(server, coding):
    body = bytes(2000)
    sent = gzip.compress(body) if coding else body
    assert read(server, ok(sent, coding=coding), max_bytes=2000) == body
    assert failure(server, ok(sent, coding=coding), max_bytes=1999) == "too-large"


def test_a_length_too_large_is_not_read_at_all(server):
    announced = bytes_on_the_wire(
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"
    )
    assert failure(server, announced) == "too-large"


def test_a_body_without_an_end(server):
    assert failure(server, endless()) == "too-large"


def test_compression_does_not_hide_what_is_on_the_wire(server):
    empty_blocks = b"\x00\x00\x00\xff\xff" * 1000  # DEFLATE that inflates to nothing
    sent = gzip.compress(b"")[:10] + empty_blocks
    assert (
        failure(server, until_close(sent, content_encoding="gzip"), max_bytes=4000) == "too-large"
    )


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_of_ten_gigabytes_costs_nothing(server, coding):
    tracemalloc.start()
    try:
        assert failure(server, bomb(10_000, coding)) == "too-large"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * MEGABYTE


def test_the_body_of_a_redirect_is_not_read(server):
    server["/real.ics"] = ok(FEED)
    assert read(server, endless(302, location="/real.ics")) == FEED


def test_the_body_of_an_error_is_not_read(server):
    assert failure(server, endless(404)) == "http-404"


def go_on_for_ever(exchange):
    """Answer "100 Continue" again and again, as fast as the client reads."""
    while not exchange.server.stopping.is_set():
        exchange.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


@pytest.mark.parametrize("answer", [drip(FEED), drip_headers(), go_on_for_ever])
def test_what_never_ends_ends_at_the_deadline(server, answer):
    assert failure(server, answer, deadline=0.4, retries=0) == "deadline"


def test_redirects_share_one_deadline(server):
    server["/slow.ics"] = later(0.3, redirect("/slower.ics"))
    server["/slower.ics"] = later(0.3, ok(FEED))
    assert failure(server, redirect("/slow.ics"), deadline=0.5) == "deadline"
    assert server.hits("/slower.ics") == 1


def test_endless_headers_are_bounded(server):
    many = b"".join(b"X-%d: x\r\n" % number for number in range(200))
    assert failure(server, bytes_on_the_wire(b"HTTP/1.1 200 OK\r\n" + many)) == "protocol"


def test_a_handshake_that_never_comes():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        host = f"127.0.0.1:{deaf.getsockname()[1]}"
        fetcher = fetcher_for(allow_hosts=[host], connect_timeout=0.1, read_timeout=0.1, retries=0)
        with fetcher, pytest.raises(FetchError) as caught:
            fetcher.get(Request(f"https://{host}/feed.ics"))
    assert caught.value.kind == "timeout"


def test_a_connection_that_never_comes():
    waits = []

    def connect(sock, _address):
        waits.append(sock.gettimeout())
        raise TimeoutError

    fetcher = fetcher_for(allow_hosts=["127.0.0.1:9"], connect=connect, connect_timeout=3)
    with fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(Request("http://127.0.0.1:9/feed.ics"))
    assert (caught.value.kind, waits) == ("timeout", [3, 3, 3])
