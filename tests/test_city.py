"""The 145 real groups, their feeds played by a loopback server: real calendars, and ten ways to be broken."""

import os
import signal
import subprocess
import sys
import time

import pytest

from collector.collect import collect
from collector.live_site import read_groups
from dctech.dynamodb import Table, connection
from dctech.models import History, Operation
from events.models import Event
from tests.conftest import ROOT
from tests.make import NOW
from tests.servers import FeedServer, bomb, drip, html, ok, redirect, stall, status, truncated

SMALL = 10_000  # bytes: the whole city is read several times here

BROKEN = {
    3: (status(500), "http-500"),
    17: (status(404), "http-404"),
    29: (stall(), "timeout"),
    31: (drip(b"BEGIN:VCALENDAR\r\n" * 500), "deadline"),
    47: (truncated(b"BEGIN:VCALENDAR\r\n"), "truncated"),
    59: (bomb(), "too-large"),
    71: (redirect("http://127.0.0.1:1/feed.ics"), "private-address"),
    83: (redirect("http://169.254.169.254/latest/meta-data/"), "private-address"),
    97: (html("<!DOCTYPE html><title>Sign in</title>"), "html"),
    113: (ok(b""), "empty"),
}


@pytest.fixture
def city(tables, shared, settings):
    """A server with the feeds of the 145 groups, which are stored; returns (server, why -> group ids that fail)."""
    groups = read_groups(shared / "data/dctech")
    corpus = sorted(
        path
        for path in (shared / "corpus/open").rglob("*.ics")
        if path.stat().st_size < SMALL and b"BEGIN:VCALENDAR" in path.read_bytes()
    )
    settings.COLLECTOR_HOST_PAUSE = 0
    settings.COLLECTOR_HOST_CONCURRENCY = 16
    settings.COLLECTOR_READ_TIMEOUT = 0.2
    settings.COLLECTOR_DEADLINE = 6  # more than three attempts that time out take
    failing = {}
    with FeedServer() as server:
        settings.COLLECTOR_ALLOW_HOSTS = [server.host]
        for number, group in enumerate(groups):
            path = f"/{number}.ics"
            group.ical = server.url(path)
            if number in BROKEN:
                server[path], failing[group.group_id] = BROKEN[number]
            else:
                body = corpus[number * len(corpus) // len(groups)].read_bytes()
                server[path] = ok(body)
            group.submitted_at = group.created_at = group.updated_at = NOW
            group.save()
        yield server, failing


def environment(engine, settings):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "CONTRACT_ENDPOINT_URL": engine,
        "COLLECTOR_ALLOW_HOSTS": ",".join(settings.COLLECTOR_ALLOW_HOSTS),
        "COLLECTOR_HOST_PAUSE": "0",
        "COLLECTOR_HOST_CONCURRENCY": "16",
        "COLLECTOR_READ_TIMEOUT": "0.2",
        "COLLECTOR_DEADLINE": "6",
        "COLLECTOR_LEASE_SECONDS": "2",
    }


def contents():
    """Return every item of what a collection leaves behind, but for the dates of single reads and runs."""
    client = connection().client
    items = {}
    for model in Table.models():
        name = model.Meta.table_name
        keys = [
            key["AttributeName"]
            for key in client.describe_table(TableName=name)["Table"]["KeySchema"]
        ]
        for page in client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
            items |= {(name, *(item[key]["S"] for key in keys)): item for item in page["Items"]}
    reads = ("runs", "feed#", "calendar")
    for item in items.values():
        item.pop("failures", None)  # a broken feed that was read twice has failed twice
    return {
        key: item
        for key, item in items.items()
        if not item.get("partition", {"S": ""})["S"].startswith(reads)
    }


def empty(*models):
    for model in models:
        with model.batch_write() as batch:
            for item in model.scan():
                batch.delete(item)


def test_good_feeds_come_in_each_bad_one_is_named_and_nothing_private_is_asked(city):
    server, failing = city
    report = collect(NOW, workers=32)
    failed = {f.group_id: f.reason.partition(":")[0] for f in report.feeds if f.outcome == "failed"}
    # Some of the corpus' own files are no calendars; whatever fails has a name.
    assert failing.items() <= failed.items()
    assert len(report.feeds) == 145
    assert report.outcomes["ok"] == 145 - len(failed) >= 130
    assert report.counts["new"] == Event.count() > 50
    assert {seen.path.rpartition(".")[2] for seen in server.seen} == {"ics"}

    again = collect(NOW, workers=32)
    assert again.outcomes["unchanged"] == report.outcomes["ok"]
    assert not again.counts
    # A failure is noted each time, with its read; the rest is one record of the run.
    assert again.writes == 2 * again.outcomes["failed"] + 1


def test_a_run_that_is_killed_is_finished_by_the_next(city, engine, settings):
    """Kill a collection half-way, run it again, and compare the tables with those of an undisturbed one."""
    collect(NOW, workers=32)
    undisturbed = contents()
    events = Event.count()
    empty(Event, History, Operation)

    command = [sys.executable, "manage.py", "collect_feeds", "--now", NOW.isoformat()]
    env = environment(engine, settings)
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as run:
        while Event.count() < events // 3:
            assert run.poll() is None
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    assert Event.count() < events
    time.sleep(2)  # the dead run's lease
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    assert contents() == undisturbed
