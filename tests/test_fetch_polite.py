"""Many requests at once: gentle with each host, and nobody waits for a host that is not theirs."""

import concurrent.futures
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from collector.fetch import FetchError, Request, Response
from collector.fetch.batch import Batch
from collector.fetch.messages import retry_after
from collector.fetch.polite import Hosts, Line
from tests.servers import (
    FeedServer,
    fetcher_for,
    hang_up,
    later,
    ok,
    redirect,
    stall,
    status,
)

FEED = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def server():
    with FeedServer() as server:
        server["/feed.ics"] = ok(FEED)
        yield server


@pytest.fixture
def other():
    with FeedServer("127.0.0.2") as server:
        server["/feed.ics"] = ok(FEED)
        yield server


def read_all(fetcher, urls, workers=8):
    """Return {url: status or kind of error} in the order of completion."""
    with fetcher:
        outcomes = fetcher.get_all({url: Request(url) for url in urls}, workers=workers)
        return {
            url: outcome.status if isinstance(outcome, Response) else outcome.kind
            for url, outcome in outcomes
        }


def line_of(*jobs, concurrency=2, pause=1.0, patience=60.0):
    """Return hosts and a line with jobs named host + number: a1, a2, b1."""
    hosts = Hosts(concurrency=concurrency, pause=pause, patience=patience)
    line = Line(hosts)
    for job in jobs:
        line.add(job[0], job)
    return hosts, line


def started(line, now):
    """Return every job that may start at `now`."""
    return [turn[1] for turn in iter(lambda: line.next(now), None)]


def test_requests_to_one_host_start_a_pause_apart():
    _, line = line_of("a1", "a2", "a3", "b1", concurrency=9)
    assert started(line, 100) == ["a1", "b1"]
    assert line.next_at() == 101
    assert started(line, 100.9) == []
    assert started(line, 101) == ["a2"]
    assert started(line, 102) == ["a3"]
    assert line.next_at() == math.inf


def test_a_busy_host_starts_nothing_until_one_is_finished():
    hosts, line = line_of("a1", "a2", "a3", pause=0)
    assert started(line, 100) == ["a1", "a2"]
    assert (started(line, 200), line.next_at()) == ([], math.inf)
    hosts.finish("a")
    assert started(line, 200) == ["a3"]


def test_two_lines_share_what_a_host_bears():
    hosts, line = line_of("a1", concurrency=1, pause=0)
    second = Line(hosts)
    second.add("a", "a2")
    assert (started(line, 100), started(second, 100)) == (["a1"], [])
    hosts.finish("a")
    assert started(second, 100) == ["a2"]


def test_a_job_taken_up_again_goes_first_when_its_time_has_come():
    hosts, line = line_of("a1", "a2", "a3", concurrency=1, pause=0)
    assert started(line, 100) == ["a1"]
    line.add_first("a", "a1", 105)
    hosts.finish("a")
    assert started(line, 100) == ["a2"]
    hosts.finish("a")
    assert line.next(105) == ("a", "a1")


def test_a_host_that_asks_to_wait_is_left_alone_and_others_are_not():
    hosts, line = line_of("a1", "a2", "b1", "b2", pause=0, concurrency=9)
    hosts.hold("a", 30, 100)
    assert started(line, 100) == ["b1", "b2"]
    assert line.next_at() == 130
    assert started(line, 130) == ["a1", "a2"]


def test_patience_with_one_host_has_an_end():
    hosts, line = line_of("a1", "a2", patience=60, concurrency=9)
    hosts.hold("a", 50, 100)
    hosts.hold("a", 50, 101)
    assert hosts.wait_refused("a", 101) == 0
    hosts.hold("a", 10, 152)
    assert hosts.wait_refused("a", 152) == 10
    assert started(line, 152) == ["a1", "a2"]  # to be told so at once
    assert hosts.wait_refused("a", 162) == 0


def test_simultaneous_requests_at_a_host_are_limited(server):
    paths = [f"/{number}.ics" for number in range(12)]
    for path in paths:
        server[path] = later(0.03, ok(FEED))
    outcomes = read_all(fetcher_for(server, host_concurrency=3), map(server.url, paths), workers=12)
    assert list(outcomes.values()) == [200] * 12
    assert server.busiest == 3
    assert server.connections == 3


def test_requests_are_spaced_out(server):
    urls = [server.url(f"/{number}.ics") for number in range(4)]
    before = time.monotonic()
    read_all(fetcher_for(server, host_pause=0.1), urls)
    assert time.monotonic() - before >= 0.3
    assert len(server.seen) == 4


def test_one_shy_host_keeps_nobody_waiting(server, other):
    """Two workers, one host that takes one request at a time: the other host's answers come first."""
    shy = [server.url(f"/{number}.ics") for number in range(5)]
    for number in range(5):
        server[f"/{number}.ics"] = later(0.1, ok(FEED))
        other[f"/{number}.ics"] = ok(FEED)
    eager = [other.url(f"/{number}.ics") for number in range(5)]
    fetcher = fetcher_for(server, other, host_concurrency=1)
    outcomes = read_all(fetcher, shy + eager, workers=2)
    assert set(list(outcomes)[:5]) == set(eager)
    assert len(outcomes) == 10


def test_redirects_wait_for_their_turn_at_the_host_they_lead_to(server, other):
    """Six hosts' feeds have all moved to one: it still gets one request at a time."""
    other["/feed.ics"] = later(0.02, ok(FEED))
    urls = []
    for number in range(6):
        server[f"/{number}.ics"] = redirect(other.url("/feed.ics"))
        urls.append(server.url(f"/{number}.ics"))
    outcomes = read_all(fetcher_for(server, other, host_concurrency=1), urls)
    assert list(outcomes.values()) == [200] * 6
    assert (other.busiest, other.hits("/feed.ics")) == (1, 6)


def test_get_and_get_all_share_what_a_host_bears(server):
    for path in ("/1", "/2", "/3"):
        server[path] = later(0.03, ok(FEED))
    with fetcher_for(server, host_concurrency=1) as fetcher:
        feeds = {path: Request(server.url(path)) for path in ("/1", "/2", "/3")}
        for _key, outcome in fetcher.get_all(feeds, workers=3):
            assert outcome.status == 200
            assert fetcher.get(Request(server.url("/feed.ics"))).status == 200
    assert (len(server.seen), server.busiest) == (6, 1)


def test_outcomes_of_every_kind(server):
    server["/stall.ics"] = stall()
    urls = {
        server.url("/feed.ics"): 200,
        server.url("/lost.ics"): "http-404",
        server.url("/stall.ics"): "timeout",
        "http://10.0.0.1/feed.ics": "private-address",
        "ftp://example.org/": "bad-url",
    }
    assert read_all(fetcher_for(server, read_timeout=0.5, retries=0), urls) == urls


def test_nothing_to_do(server):
    assert read_all(fetcher_for(server), []) == {}


def test_leaving_early_stops_the_workers(server):
    paths = [f"/{number}.ics" for number in range(50)]
    for path in paths:
        server[path] = ok(FEED)
    with fetcher_for(server, host_concurrency=2) as fetcher:
        outcomes = fetcher.get_all({path: Request(server.url(path)) for path in paths}, workers=2)
        next(outcomes)
        outcomes.close()
        came = len(server.seen)
        assert came < 10
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("fetch")]
        time.sleep(0.05)
        assert len(server.seen) == came


def test_a_slow_reader_bounds_what_is_held(server):
    paths = [f"/{number}.ics" for number in range(30)]
    for path in paths:
        server[path] = ok(FEED)
    with fetcher_for(server) as fetcher:
        outcomes = fetcher.get_all({path: Request(server.url(path)) for path in paths}, workers=2)
        next(outcomes)
        time.sleep(0.2)
        assert len(server.seen) <= 1 + 2 + 2  # read, queued, in the workers' hands
        assert len(list(outcomes)) == 29


def test_a_bug_in_a_worker_is_seen(server):
    def broken(_host, _port):
        raise ZeroDivisionError

    urls = [f"http://{number}.example/" for number in range(5)]
    with pytest.raises(ZeroDivisionError):
        read_all(fetcher_for(resolver=broken), urls, workers=3)


def test_a_worker_may_be_done_before_the_next_line_runs(monkeypatch):
    """Its outcome fills what is read of one worker; whoever waits for room there must not be the reader."""

    def submitted_and_done(self, *arguments):
        done = submit(self, *arguments)
        concurrent.futures.wait([done], timeout=0.2)
        return done

    submit = ThreadPoolExecutor.submit
    monkeypatch.setattr(ThreadPoolExecutor, "submit", submitted_and_done)
    hosts = Hosts(concurrency=1, pause=0, patience=0)
    batch = Batch(hosts, threading.Condition(), lambda _job: FetchError("late", kind="timeout"))
    batch.add("a.example", "https://a.example/")
    found = []
    reader = threading.Thread(target=lambda: found.extend(batch.outcomes(1)), daemon=True)
    reader.start()
    reader.join(timeout=10)
    assert [job for job, _ in found] == ["https://a.example/"]


@pytest.mark.parametrize("first", [status(429), status(500), status(503), hang_up(), stall()])
def test_a_passing_trouble_is_tried_again(server, first):
    server["/feed.ics"] = [first, first, ok(FEED)]
    with fetcher_for(server, read_timeout=0.4) as fetcher:
        assert fetcher.get(Request(server.url("/feed.ics"))).body == FEED
    assert server.hits("/feed.ics") == 3


@pytest.mark.parametrize(("retries", "kind"), [(0, "http-500"), (1, "http-500"), (2, "http-500")])
def test_trouble_that_does_not_pass(server, retries, kind):
    server["/feed.ics"] = status(500)
    outcomes = read_all(fetcher_for(server, retries=retries), [server.url("/feed.ics")])
    assert outcomes == {server.url("/feed.ics"): kind}
    assert server.hits("/feed.ics") == retries + 1


def test_attempts_are_further_and_further_apart_by_chance(server):
    server["/feed.ics"] = status(500)
    chances = [0.5, 1.0]
    fetcher = fetcher_for(server, backoff=0.1, jitter=lambda: chances.pop(0))
    read_all(fetcher, [server.url("/feed.ics")])
    first, second, third = (seen.at for seen in server.seen)
    assert second - first >= 0.1 * (0.5 + 0.5)
    assert third - second >= 0.2 * (0.5 + 1.0)


def test_an_attempt_that_does_not_fit_the_deadline_is_not_made(server):
    server["/feed.ics"] = status(500)
    fetcher = fetcher_for(server, backoff=30)
    assert read_all(fetcher, [server.url("/feed.ics")]) == {server.url("/feed.ics"): "http-500"}
    assert server.hits("/feed.ics") == 1


def test_retry_after_is_honoured_for_the_whole_host(server):
    server["/busy.ics"] = [status(429, retry_after="1"), ok(FEED)]
    urls = [server.url("/busy.ics"), server.url("/feed.ics")]
    assert read_all(fetcher_for(server, host_concurrency=1), urls) == dict.fromkeys(urls, 200)
    first, second, third = (seen.at for seen in server.seen)
    assert second - first >= 1
    assert third - first >= 1


def test_a_retry_after_beyond_the_deadline_fails_the_hosts_feeds_at_once(server, other):
    urls = [server.url(f"/{number}.ics") for number in range(20)] + [other.url("/feed.ics")]
    for number in range(20):
        server[f"/{number}.ics"] = status(503, retry_after="3600")
    outcomes = read_all(fetcher_for(server, other, host_concurrency=1), urls, workers=2)
    assert outcomes == dict.fromkeys(urls[:-1], "retry-later") | {urls[-1]: 200}
    assert len(server.seen) == 1


def test_a_retry_after_beyond_what_is_left_of_the_deadline(server):
    server["/feed.ics"] = later(0.6, status(503, retry_after="1"))
    fetcher = fetcher_for(server, deadline=1.5)
    assert read_all(fetcher, [server.url("/feed.ics")]) == {server.url("/feed.ics"): "retry-later"}
    assert server.hits("/feed.ics") == 1


def test_what_a_host_asked_for_is_said(server):
    server["/feed.ics"] = status(429, retry_after="3600")
    with fetcher_for(server) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(Request(server.url("/feed.ics")))
    assert str(caught.value) == "127.0.0.1 asked to be left alone for 3600 s, longer than we wait."
    assert caught.value.retry_after == 3600


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("9" * 50, 999_999_999),
        ("Fri, 01 May 2026 12:00:30 GMT", 30),
        ("Fri, 01 May 2026 08:00:30 -0400", 30),
        ("Fri, 01 May 2026 12:00:30 -0000", 30),
        ("Fri, 01 May 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("-1", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_retry_after(value, seconds):
    if seconds is None:
        assert retry_after(value, NOW) > timedelta(days=365).total_seconds()
    else:
        assert retry_after(value, NOW) == seconds
