"""A collection in shards: what one invocation reads of a run, and how all of them become one run's record.

The feeds of one host make a chain of shards, read one after another, so that no host is asked by two at once; chains
run side by side. A shard that fails is tried again by whoever started it and finds its lease given up.
"""

import datetime as dt
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DeleteError
from pynamodb.expressions.condition import Condition

from collector.books import Books
from collector.collect import collect
from collector.models import HISTORY_DAYS, Leased
from collector.report import FeedReport, Report
from collector.revision import Moment
from collector.sources import groups
from dctech.dynamodb import JSONAttribute, lost_race
from dctech.models import Operation
from dctech.notices import tell_moderators
from groups.models import Group

SHARD = 200
"""Feeds in one shard: at two requests a second to each of a host's connections, well within Lambda's five minutes."""

LOST = "lost: its shard did not finish"


class ShardedRun(Operation):
    """A run that is under way: partition `sharded-runs`, sort the run's id."""

    shards = NumberAttribute()

    @classmethod
    def under_way(cls) -> list[Self]:
        return list(cls.query("sharded-runs", consistent_read=True))


class Shard(Leased):
    """Some feeds of one run: partition `shards#<run_id>`, sort its number."""

    feeds = JSONAttribute()
    """[[group_id, name], ...]"""
    following = NumberAttribute(null=True)
    """The next shard of its chain."""
    outcomes = JSONAttribute(null=True)
    """[[group_id, outcome, reason, counts], ...], once it is done"""
    series = JSONAttribute(null=True)
    """What became of the events with a rule and no feed, of which a run's first shard takes care."""
    writes = NumberAttribute(default=0)
    units = JSONAttribute(null=True)
    """[read, written]: what DynamoDB bills for it"""

    @classmethod
    def of(cls, run_id: str) -> list[Self]:
        return list(cls.query(f"shards#{run_id}", consistent_read=True))

    @classmethod
    def name(cls, number: int) -> str:
        return f"{number:05}"

    @classmethod
    def undone(cls) -> Condition:
        """Return the condition on which a shard may be leased: it is planned, and nobody has finished it."""
        undone: Condition = cls.feeds.exists() & cls.outcomes.does_not_exist()
        return undone

    def done(self, report: Report) -> None:
        """Store what came of it, which ends the lease."""
        self.update(
            actions=[
                Shard.outcomes.set(
                    [[f.group_id, f.outcome, f.reason, dict(f.counts)] for f in report.feeds]
                ),
                Shard.series.set(dict(report.series)),
                Shard.writes.set(report.writes),
                Shard.units.set(list(report.units)),
                Shard.lease_owner.remove(),
                Shard.lease_until.remove(),
            ]
        )


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that has been planned, and the first shard of each chain."""

    run_id: str
    feeds: int
    chains: Sequence[int]


def chains(found: Iterable[Group], size: int = SHARD) -> list[list[list[Group]]]:
    """Return chains of shards of groups: a host's feeds in one chain, small hosts together."""
    hosts: defaultdict[str, list[Group]] = defaultdict(list)
    for group in found:
        hosts[urlsplit(str(group.ical)).netloc.casefold()].append(group)
    planned: list[list[list[Group]]] = []
    shared: list[Group] = []
    for host in sorted(hosts, key=lambda host: (-len(hosts[host]), host)):
        mine = hosts[host]
        if len(mine) >= size:
            planned.append([mine[at : at + size] for at in range(0, len(mine), size)])
            continue
        if len(shared) + len(mine) > size:
            planned.append([shared])
            shared = []
        shared = [*shared, *mine]
    return [*planned, [shared]] if shared else planned


def begin(now: dt.datetime, *, size: int = SHARD) -> Begun:
    """Plan a run of all groups' feeds and store it; close those that were never finished."""
    for unfinished in ShardedRun.under_way():
        _close(unfinished, now)
    run_id = f"{now.astimezone(dt.UTC).isoformat(timespec='seconds')}#{uuid.uuid4().hex[:8]}"
    planned = chains(groups(()), size) or [[[]]]
    ttl = now + dt.timedelta(days=HISTORY_DAYS)
    firsts, number = [], 0
    for chain in planned:
        firsts.append(number)
        for position, shard in enumerate(chain, start=1):
            Shard(
                f"shards#{run_id}",
                Shard.name(number),
                feeds=[[group.group_id, group.name] for group in shard],
                following=number + 1 if position < len(chain) else None,
                ttl=ttl,
            ).save()
            number += 1
    ShardedRun("sharded-runs", run_id, shards=number, ttl=ttl).save()
    return Begun(run_id, sum(len(shard) for chain in planned for shard in chain), firsts)


def collect_shard(
    run_id: str, number: int, now: dt.datetime, *, clock: Callable[[], float] = time.time
) -> int | None:
    """Collect one shard and return the number of the next in its chain; the last one to finish notes the run.

    A shard that is done, or that another invocation has at present, is left alone: Lambda may deliver a call twice.
    """
    shard = Shard.get(f"shards#{run_id}", Shard.name(number), consistent_read=True)
    owner, leased_at = uuid.uuid4().hex, dt.datetime.fromtimestamp(clock(), dt.UTC)
    seconds = settings.COLLECTOR_LEASE_SECONDS
    if not shard.lease(owner, leased_at, seconds, only=Shard.undone()):
        return None
    try:
        ids = [group_id for group_id, _ in shard.feeds]
        shard.done(collect(now, shard=ids, with_series=number == 0))
    except BaseException:  # raised on: only that whoever tries again need not wait for the lease
        shard.give_up(owner)
        raise
    if all(other.outcomes is not None for other in Shard.of(run_id)):
        for run in ShardedRun.under_way():
            if run.sort == run_id:
                _close(run, dt.datetime.fromtimestamp(clock(), dt.UTC))
    return None if shard.following is None else int(shard.following)


def _close(run: ShardedRun, now: dt.datetime) -> None:
    """Make one record of what came of a run's shards; of two that try, one does."""
    try:
        run.delete(condition=ShardedRun.shards.exists())
    except DeleteError as error:
        if lost_race(error):
            return
        raise
    found = Shard.of(run.sort)
    report = _as_one(run.sort, found)
    began = Moment(report.started_at, report.started_at.astimezone(settings.SITE_ZONE))
    finished = all(shard.outcomes is not None for shard in found)
    Books(run.sort.partition("#")[2], began).note_run(report, now, finished=finished)
    tell_moderators(now)


def _as_one(run_id: str, shards: Sequence[Shard]) -> Report:
    """Return the report of a run from those of its shards; what a shard did not finish has failed."""
    report = Report(dt.datetime.fromisoformat(run_id.partition("#")[0]))
    for shard in shards:
        names = dict(shard.feeds)
        outcomes: list[Any] = shard.outcomes
        if outcomes is None:
            outcomes = [[group_id, "failed", LOST, {}] for group_id in names]
        report.feeds += [
            FeedReport(group_id, names[group_id], outcome, reason, Counter(counts))
            for group_id, outcome, reason, counts in outcomes
        ]
        report.series += Counter(shard.series or {})
        report.writes += int(shard.writes)
        read, written = shard.units or (0.0, 0.0)
        report.units = report.units[0] + read, report.units[1] + written
    return report
