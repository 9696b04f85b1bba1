"""A decision whose process is killed, at any moment, is made or is not: item, history, tally and calendar agree."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from dctech.models import CalendarVersion, History
from dctech.moderation import Act, AlreadyDecided, Review
from dctech.moderation.deletions import Deletion
from dctech.moderation.tallies import COUNTED, Tally
from events.models import Event
from tests import make, matrix
from tests.conftest import ROOT
from tests.decider import ACTS
from tests.make import NOW
from tests.servers import FeedServer

ADA = Act("user:ada", NOW)
READS = {"GetItem", "Query", "BatchGetItem"}
PUBLISHED = ("undo", "restore", "delete", "withdraw", "propose")
"""Acts on what is approved already."""
MOMENTS = ("before", "after")


def decider(*arguments, url, **more):
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "CONTRACT_ENDPOINT_URL": url,
    }
    command = [sys.executable, "-m", "tests.decider", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=env, **more)


def forwarded(exchange, url):
    """Ask the engine what the exchange's client asks, and return what answers the client."""
    seen = exchange.server.seen[-1]
    connection = HTTPConnection(urlsplit(url).netloc)
    headers = {name: value for name, value in seen.headers.items() if name != "host"}
    connection.request("POST", "/", seen.body, headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    kept = {
        name: value
        for name, value in response.getheaders()
        if name.lower() in {"content-type", "x-amz-crc32"}
    }
    return lambda: exchange.reply(response.status, kept, body)


def killed(url, moment, *arguments):
    """Let a process decide, and kill it just before or just after its first write; return the writes it sent."""
    writes = []

    def answer(exchange):
        operation = exchange.headers["X-Amz-Target"].partition(".")[2]
        if operation not in READS:
            writes.append(operation)
            if moment == "after":
                forwarded(exchange, url)
            if moment != "never":
                os.kill(process.pid, signal.SIGKILL)
                exchange.close_connection = True
                return
        forwarded(exchange, url)()

    with FeedServer() as proxy:
        proxy["/"] = answer
        process = decider(*arguments, url=proxy.url("").rstrip("/"))
        code = process.wait()
    assert code == (0 if moment == "never" else -signal.SIGKILL)
    return writes


@pytest.fixture
def scene(tables):
    """Return what prepares the tables for an act and answers the event's key."""

    def prepare(what):
        matrix.empty_tables()
        event = make.event(
            status="pending", source_type="submission", group_id=None, uid=None, last_seen_date=None
        )
        event.submit(Act("submitter", NOW))
        if what in PUBLISHED or what == "revive":
            event.approve(ADA)
            Review.about("event", event.key, why="trusted", title="x", now=NOW).save()
        if what == "revive":
            event.remove(ADA)
        return event.key

    return prepare


def check(*keys):
    """Assert that all that is stored of these events, the only ones, tells the same."""
    entries = {key: list(History.of(f"event#{key}")) for key in keys}
    acts = [entry for each in entries.values() for entry in each]
    assert CalendarVersion.current() == sum(entry.action != "proposed" for entry in acts)
    by_staff = [entry.action for entry in acts if entry.by.startswith("user:")]
    tallies = [
        Counter({name: int(getattr(each, name)) for name in COUNTED}) for each in Tally.all()
    ]
    assert +sum(tallies, Counter()) == Counter(action for action in by_staff if action in COUNTED)
    for key, each in entries.items():
        check_one(key, each)


def check_one(key, entries):
    newest = entries[0]
    items = list(Event.query(key, consistent_read=True))
    assert len(items) == (newest.action != "deleted")
    deletion = Deletion.of("event", key)
    assert (deletion.entry_id if deletion else None) == (None if items else newest.entry_id)
    for event in items:
        made = next(entry for entry in entries if entry.action != "proposed")
        assert made.entry_id.endswith(f"#v{int(event.version)}")
        assert event.status == next(
            e.after["status"] for e in entries if "status" in (e.after or {})
        )
        assert event.state == event.state_if_listed()
        if newest.action in {"approved", "rejected", "withdrawn"} and newest.by != ADA.by:
            assert Review.of("event", key) is None


def sent_key():
    return make.event("Sent", source_type="submission").event_id


@pytest.mark.parametrize("what", [*ACTS, "revive", "send"])
def test_an_act_is_one_write_and_a_kill_on_either_side_leaves_old_or_new(scene, tables, what):
    outcomes = {}
    for moment in ("never", *MOMENTS):
        key = scene(what)
        before = matrix.items()
        assert killed(tables, moment, what, key) == ["TransactWriteItems"]
        outcomes[moment] = matrix.items()
        assert (outcomes[moment] == before) == (moment == "before")
        if what == "send":
            [record] = History.of(f"event#{sent_key()}") if moment != "before" else [None]
            assert (Event.find(sent_key()) is None) == (record is None)
            assert (Review.of("event", sent_key()) is None) == (record is None)
        else:
            check(key)
    assert len(outcomes["after"]) == len(outcomes["never"])


def test_after_a_kill_the_next_one_is_told_who_decided(scene, tables):
    key = scene("approve")
    killed(tables, "after", "approve", key)
    with pytest.raises(AlreadyDecided) as refusal:
        Event.find(key).approve(ADA)
    assert str(refusal.value) == "It was approved by bob at 2026-09-01 16:05 UTC."


def test_killed_at_random_moments_all_tells_the_same(scene, tables):
    keys = [scene("approve")]
    for number in range(2):
        event = make.event(
            f"Event {number}", status="pending", source_type="submission", group_id=None
        )
        event.submit(ADA)
        keys.append(event.key)
    decided = 0
    for _ in range(8):
        process = decider("loop", *keys, url=tables, stdout=subprocess.PIPE, text=True)
        for _ in range(random.randint(1, 6)):
            process.stdout.readline()
            decided += 1
        time.sleep(random.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        settle()
        check(*keys)
    assert sum(len(list(History.of(f"event#{key}"))) for key in keys) >= decided + 3


def settle():
    """Wait until what was on its way when its process was killed has arrived or is lost."""
    before = None
    while before != (before := matrix.items()):
        time.sleep(0.05)
