"""A collection in shards: one invocation each, one record for all."""

import datetime as dt

import pytest

from collector import door, shards
from collector.models import Run
from events.models import Event
from tests import make
from tests.make import NOW
from tests.servers import FeedServer, ok, status

pytestmark = pytest.mark.usefixtures("tables")


def calendar(uid):
    return f"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20260901T000000Z\r
DTSTART:20260903T180000Z\r
SUMMARY:{uid}\r
URL:https://example.org/{uid}\r
LOCATION:Town Hall, Arlington, VA\r
END:VEVENT\r
END:VCALENDAR\r
""".encode()


@pytest.fixture
def server(settings):
    with FeedServer() as running:
        settings.COLLECTOR_ALLOW_HOSTS = [running.host]
        settings.COLLECTOR_HOST_PAUSE = 0
        for number in range(5):
            name = f"group{number}"
            running[f"/{name}.ics"] = ok(calendar(name))
            make.group(name, ical=running.url(f"/{name}.ics")).save()
        yield running


def runs():
    return list(Run.query("runs"))


def titles():
    return sorted(event.title for number in range(5) for event in Event.of_group(f"group{number}"))


def test_a_hosts_feeds_are_one_chain_and_small_hosts_share_a_shard():
    big = [make.group(f"big{number}", ical="https://Big.example/x") for number in range(5)]
    small = [make.group(f"s{number}", ical=f"https://s{number}.example/x") for number in range(3)]
    planned = shards.chains([*small, *big], size=2)
    names = [[[group.group_id for group in shard] for shard in chain] for chain in planned]
    assert names == [
        [["big0", "big1"], ["big2", "big3"], ["big4"]],
        [["s0", "s1"]],
        [["s2"]],
    ]


def test_fifteen_thousand_groups_are_planned_each_once():
    groups = [
        make.group(f"g{n}", ical=f"https://{'meetup' if n % 5 else f'h{n}'}.example/{n}")
        for n in range(15_000)
    ]
    planned = shards.chains(groups)
    names = [group.group_id for chain in planned for shard in chain for group in shard]
    assert sorted(names) == sorted(group.group_id for group in groups)
    assert [len(chain) for chain in planned] == [60, *[1] * 15]
    assert max(len(shard) for chain in planned for shard in chain) == shards.SHARD


def test_all_shards_make_one_run(server, caplog):
    caplog.set_level("INFO", "dctech.observability.runs")
    begun = shards.begin(NOW, size=2)
    assert (begun.feeds, begun.chains) == (5, [0])
    assert door.collect_shard(begun.run_id, 0, NOW) == 1
    assert door.collect_shard(begun.run_id, 1, NOW) == 2
    assert runs() == []
    assert door.collect_shard(begun.run_id, 2, NOW) is None
    [run] = runs()
    assert (run.sort, run.counts, run.failures) == (begun.run_id, {"ok": 5, "new": 5}, None)
    assert titles() == [f"group{number}" for number in range(5)]
    [counted] = [r.metrics for r in caplog.records if hasattr(r, "metrics")]
    assert counted["RunFinished"] == (1, "Count")


def test_a_shard_that_is_delivered_twice_is_read_once(server):
    begun = shards.begin(NOW, size=5)
    door.collect_shard(begun.run_id, 0, NOW)
    door.collect_shard(begun.run_id, 0, NOW)
    assert server.hits("/group0.ics") == 1
    assert len(runs()) == 1


def test_a_shard_that_somebody_has_is_left_alone_until_the_lease_ends(server, settings):
    begun = shards.begin(NOW, size=5)
    [shard] = shards.Shard.of(begun.run_id)
    assert shard.lease("other", NOW, settings.COLLECTOR_LEASE_SECONDS)
    shards.collect_shard(begun.run_id, 0, NOW, clock=NOW.timestamp)
    assert server.hits("/group0.ics") == 0
    later = (NOW + dt.timedelta(seconds=settings.COLLECTOR_LEASE_SECONDS + 1)).timestamp
    shards.collect_shard(begun.run_id, 0, NOW, clock=later)
    assert server.hits("/group0.ics") == 1


def test_a_shard_that_fails_can_be_tried_again(server, settings):
    begun = shards.begin(NOW, size=5)
    settings.FEED_SOURCE = "nowhere"
    with pytest.raises(Exception, match="FEED_SOURCE"):
        door.collect_shard(begun.run_id, 0, NOW)
    settings.FEED_SOURCE = "dynamodb"
    door.collect_shard(begun.run_id, 0, NOW)
    assert runs()[0].counts == {"ok": 5, "new": 5}


def test_a_shard_that_fails_late_leaves_it_to_who_has_it_meanwhile(server, settings, monkeypatch):
    begun = shards.begin(NOW, size=5)
    seconds = settings.COLLECTOR_LEASE_SECONDS

    def fails(*_arguments, **_options):
        [shard] = shards.Shard.of(begun.run_id)
        assert shard.lease("other", NOW + dt.timedelta(seconds=seconds + 1), seconds)
        raise KeyboardInterrupt

    monkeypatch.setattr(shards, "collect", fails)
    with pytest.raises(KeyboardInterrupt):
        shards.collect_shard(begun.run_id, 0, NOW, clock=NOW.timestamp)
    [shard] = shards.Shard.of(begun.run_id)
    assert shard.lease_owner == "other"


def test_what_a_lost_shard_was_to_read_has_failed_in_the_runs_record(server, caplog):
    caplog.set_level("INFO", "dctech.observability.runs")
    server["/group4.ics"] = status(500)
    begun = shards.begin(NOW, size=4)
    door.collect_shard(begun.run_id, 0, NOW)  # and its chain ends there
    shards.begin(NOW + dt.timedelta(hours=4), size=4)
    [run] = runs()
    assert run.sort == begun.run_id
    assert run.counts == {"ok": 4, "failed": 1, "new": 4}
    assert run.failures == {"group4": shards.LOST}
    [counted] = [r.metrics for r in caplog.records if hasattr(r, "metrics")]
    assert counted == {"FeedsRead": (4, "Count"), "FeedsFailed": (1, "Count")}  # no RunFinished


def test_a_group_that_is_no_longer_active_is_not_read(server):
    begun = shards.begin(NOW, size=5)
    make.group("group3", ical=server.url("/group3.ics"), active=False).save()
    door.collect_shard(begun.run_id, 0, NOW)
    assert server.hits("/group3.ics") == 0
    assert runs()[0].counts == {"ok": 4, "new": 4}


def test_without_groups_a_run_is_noted_all_the_same():
    begun = shards.begin(NOW)
    assert door.collect_shard(begun.run_id, 0, NOW) is None
    assert [run.sort for run in runs()] == [begun.run_id]
