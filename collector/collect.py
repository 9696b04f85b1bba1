"""Read every group's feed and bring the tables to what they say: what the command and the schedule call."""

import datetime as dt
import hashlib
import json
import logging
import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from pynamodb.exceptions import PynamoDBException

from collector import event_pages, sample_city, series, sources
from collector.announce import Site, announce
from collector.books import Books
from collector.fetch import Fetcher, FetchError, Request, Response
from collector.ical import NotACalendar, Reading, Window, read_calendar
from collector.models import CrossPost, Feed, Overlay
from collector.reconcile import FeedRecord, reconcile
from collector.report import BUG, FeedReport, Report
from collector.revision import Moment, Overlays
from collector.store import Outcome, Writer
from dctech.dynamodb import code_of, connection
from dctech.models import CalendarVersion
from dctech.notices import tell_moderators
from dctech.observability.capacity import metered
from dctech.observability.runs import feed_read
from events.models import Category, Event, StaleEvent
from groups.models import Group

DAYS_AHEAD = 180
"""How far a feed is read ahead."""

BUMP_SECONDS = 10.0
"""How long readers wait for what a long collection has changed, while it runs."""

WRITERS = 8
"""Threads that write. DynamoDB answers in milliseconds: this is to wait for several answers at once."""


INVALID = "ValidationException"
"""DynamoDB's word for an item that it cannot hold, such as one over 400 KB."""

logger = logging.getLogger(__name__)


class UnknownZone(Exception):  # noqa: N818 - what it says is what it is
    """A group's time zone is none."""

    kind = "unknown-timezone"


class Collection:
    """One run over some feeds."""

    def __init__(
        self,
        moment: Moment,
        fetcher: Fetcher,
        pool: ThreadPoolExecutor,
        *,
        dry_run: bool = False,
        force: bool = False,
        partial: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.moment = moment
        self.fetcher = fetcher
        self.pool = pool
        self.dry_run = dry_run
        self.force = force
        self.clock = clock
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.books = Books(self.owner, moment, dry_run=dry_run, partial=partial)
        categories = Category.all()
        self.site = Site(
            settings.SITE_ZONE,
            settings.SITE_REGIONS,
            {name.casefold(): c.slug for c in categories for name in (c.name, c.slug)},
        )
        self.overlays = Overlays(Overlay.all())
        self.feeds = Feed.all()
        self.unannounced = False
        """Whether something has changed that no version of the calendar tells of yet."""
        self._announced_at = 0.0

    def read_all(self, groups: Sequence[Group], workers: int) -> Iterator[FeedReport]:
        """Yield a report for each group, as their feeds come in."""
        by_id = {group.group_id: group for group in groups}
        requests = {}
        for group in groups:
            if sample_city.is_sample(group.ical):
                body = sample_city.feed(group.ical, self.moment.today)
                yield self._told(group, sample_city.response(group.ical, body))
            else:
                requests[group.group_id] = self._request(group)
        for group_id, answer in self.fetcher.get_all(requests, workers=workers):
            yield self._told(by_id[group_id], answer)

    def announce_changes(self, feed: FeedReport | None = None) -> int:
        """Make a new version of the calendar when `feed` changed it; return the number of writes.

        At most one in BUMP_SECONDS, and at the end of the run (no feed): one for each feed would cost a third of what
        is written otherwise, and readers wait for it no longer than that.
        """
        self.unannounced |= bool(feed and feed.changes and not self.dry_run)
        now = self.clock()
        if not self.unannounced or (feed and now - self._announced_at < BUMP_SECONDS):
            return 0
        CalendarVersion.bump()
        self.unannounced, self._announced_at = False, now
        return 1

    def _told(self, group: Group, answer: Response | FetchError) -> FeedReport:
        """Process a feed, and log what became of it."""
        began = time.perf_counter()
        report = self._guarded(group, answer)
        feed_read(group.group_id, report.outcome, report.reason, time.perf_counter() - began)
        return report

    def _guarded(self, group: Group, answer: Response | FetchError) -> FeedReport:
        """Process a feed; a fault of ours that it brings out costs this feed, is logged, and fails the run at its end.

        One poisoned feed must not keep a hundred others from being read, at this run and at each one after it.
        """
        try:
            return self.process(group, answer)
        except Exception as error:  # whatever it is, it is logged whole and the run exits with 1
            if isinstance(error, PynamoDBException) and code_of(error) != INVALID:
                raise  # the tables' trouble, not this feed's
            logger.exception("Reading the feed of %s failed", group.group_id)
            feed = self.feeds.get(group.group_id) or Feed("feeds", group.group_id)
            feed.give_up(self.owner)
            return FeedReport(group.group_id, group.name, "failed", f"{BUG} {error!r}"[:300])

    def process(self, group: Group, answer: Response | FetchError) -> FeedReport:
        """Bring the tables to what one feed says, or note why it could not be read."""
        feed = self.feeds.get(group.group_id) or Feed("feeds", group.group_id)
        if isinstance(answer, FetchError):
            return self.books.failed(group, feed, answer.kind, str(answer))
        if self._nothing_new(group, feed, answer):
            return self.books.unchanged(group, feed)
        try:
            reading = read_calendar(answer.body, self._window(), zone=self._zone(group))
        except (NotACalendar, UnknownZone) as error:
            return self.books.failed(group, feed, error.kind, str(error))
        today = self.moment.today
        if sample_city.is_sample(group.ical):
            pages = sample_city.pages([o.url for o in reading.occurrences], today)
        else:
            pages = event_pages.read(group, reading.occurrences, feed.pages, today, self.fetcher)
        if not self._lease(feed):
            until = Feed.of(group.group_id).lease_until
            reason = (
                f"another collection has it until {until:%H:%M:%S} UTC at the latest"
                if until
                else "just released"
            )
            return FeedReport(group.group_id, group.name, "busy", reason)
        return self._reconcile(group, feed, answer, reading, pages)

    def _zone(self, group: Group) -> ZoneInfo:
        try:
            return ZoneInfo(group.timezone) if group.timezone else self.site.zone
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise UnknownZone(
                f"The group's time zone {group.timezone!r} does not exist."
            ) from error

    def _lease(self, feed: Feed) -> bool:
        now = dt.datetime.fromtimestamp(self.clock(), dt.UTC)
        return self.dry_run or feed.lease(self.owner, now, settings.COLLECTOR_LEASE_SECONDS)

    def _request(self, group: Group) -> Request:
        """Return what to ask for: the whole feed once a day, since the window moves; only changes after that."""
        feed = self.feeds.get(group.group_id)
        if feed is None or self._wants_all(group, feed):
            return Request(str(group.ical))
        return Request(
            str(group.ical), etag=feed.etag or "", last_modified=feed.last_modified or ""
        )

    def _wants_all(self, group: Group, feed: Feed) -> bool:
        return (
            self.force
            or feed.expanded_date != self.moment.today
            or feed.settings_hash != _settings_hash(group, self.site)
        )

    def _nothing_new(self, group: Group, feed: Feed, answer: Response) -> bool:
        if self._wants_all(group, feed):
            return False
        return answer.not_modified or answer.sha256 == feed.sha256

    def _window(self) -> Window:
        return Window(self.moment.today, self.moment.today + dt.timedelta(days=DAYS_AHEAD))

    def _reconcile(
        self,
        group: Group,
        feed: Feed,
        answer: Response,
        reading: Reading,
        pages: event_pages.Kept,
    ) -> FeedReport:
        announced, left_out = announce(
            reading.occurrences, group, self.site, event_pages.said(pages)
        )
        complete = reading.complete and len(announced) <= settings.COLLECTOR_MAX_EVENTS
        left_out["beyond the limit"] = max(0, len(announced) - settings.COLLECTOR_MAX_EVENTS)
        announced = announced[: settings.COLLECTOR_MAX_EVENTS]
        crossposts = CrossPost.of(group.group_id)
        record = FeedRecord(
            window_end=self._window().end,
            previous_success_date=self._earlier_success(feed),
            complete=complete,
            stable_uids=not group.suppress_guid,
            broken_uids=frozenset(problem.uid for problem in reading.problems if problem.uid),
            crossposts={(c.uid, c.recurrence_id or ""): c.sort for c in crossposts.values()},
        )
        stored = Event.of_group(group.group_id)
        plan = reconcile(stored, announced, record, self.moment, self.overlays)
        writer = Writer(
            f"feed:{group.group_id}",
            self.moment,
            self.overlays,
            self.pool,
            crossposts=crossposts,
            dry_run=self.dry_run,
        )
        try:
            outcome = writer.carry_out(plan)
        except StaleEvent as stale:
            feed.give_up(self.owner)
            reason = f"event {stale} is being changed by somebody else; the next run reads it again"
            return FeedReport(group.group_id, group.name, "busy", reason)
        outcome.counts.update(left_out)
        report = _report(group, outcome, reading)
        if self.dry_run:
            return report
        if complete:
            feed.previous_success_date = record.previous_success_date
            feed.success_date = self.moment.today
        feed.pages = pages or None
        feed.occurrences = len(announced)
        feed.settings_hash = _settings_hash(group, self.site)
        return self.books.finish(group, feed, answer, report)

    def _earlier_success(self, feed: Feed) -> dt.date | None:
        """Return the last day before this one on which the feed could be read as a whole."""
        read_today = feed.success_date == self.moment.today
        return feed.previous_success_date if read_today else feed.success_date


def collect(
    now: dt.datetime,
    *,
    group_ids: Sequence[str] = (),
    shard: Sequence[str] | None = None,
    with_series: bool = True,
    workers: int | None = None,
    dry_run: bool = False,
    force: bool = False,
    on_feed: Callable[[FeedReport, int], None] | None = None,
    clock: Callable[[], float] = time.time,
) -> Report:
    """Collect all active, approved groups, or those named; return what came of it.

    `now` is the moment events are measured against, `clock` (seconds since the epoch) the one that leases run by:
    a rehearsal of another day must not find its own leases expired. `on_feed` hears of each feed and how many there
    are. `force` reads even what has not changed. Raises sources.UnknownGroup for a name without a feed.
    `shard` names those groups of a run that are read here; the record of the run is then the caller's.
    """
    moment = Moment(now, now.astimezone(settings.SITE_ZONE).replace(tzinfo=None))
    groups = sources.groups(group_ids) if shard is None else sources.of_shard(shard)
    report = Report(now)
    with (
        metered(connection().client.meta.events) as meter,
        Fetcher.from_settings() as fetcher,
        ThreadPoolExecutor(WRITERS) as pool,
    ):
        collection = Collection(
            moment,
            fetcher,
            pool,
            dry_run=dry_run,
            force=force,
            partial=bool(group_ids),
            clock=clock,
        )
        for feed in collection.read_all(groups, workers or settings.COLLECTOR_WORKERS):
            report.feeds.append(feed)
            report.writes += feed.writes + collection.announce_changes(feed)
            if on_feed:
                on_feed(feed, len(groups))
        if not group_ids and with_series:
            writer = Writer("import", moment, collection.overlays, pool, dry_run=dry_run)
            report.series, writes = series.expand(writer, collection.site)
            report.writes += writes
            collection.unannounced |= bool(report.series["new"]) and not dry_run
        report.writes += collection.announce_changes()
        report.units = meter.take()
    if not dry_run and not group_ids and shard is None:
        ended = dt.datetime.fromtimestamp(clock(), dt.UTC)
        collection.books.note_run(report, ended)
        tell_moderators(ended)
    return report


def rehearsal(group: Group, now: dt.datetime) -> FeedReport:
    """Return what collecting one group would do, whether or not it is collected yet; nothing is stored."""
    moment = Moment(now, now.astimezone(settings.SITE_ZONE).replace(tzinfo=None))
    with Fetcher.from_settings() as fetcher, ThreadPoolExecutor(WRITERS) as pool:
        collection = Collection(moment, fetcher, pool, dry_run=True, force=True, partial=True)
        [report] = collection.read_all([group], workers=1)
    return report


def _report(group: Group, outcome: Outcome, reading: Reading) -> FeedReport:
    return FeedReport(
        group.group_id,
        group.name,
        "ok",
        counts=+outcome.counts,
        changes=outcome.changes,
        problems=reading.problems,
        writes=outcome.writes,
    )


def _settings_hash(group: Group, site: Site) -> str:
    rules: Mapping[str, Any] = {
        "name": group.name,
        "website": group.website,
        "ical": group.ical,
        "fallback_url": group.fallback_url,
        "timezone": group.timezone,
        "scan": group.scan_for_metadata,
        "categories": group.categories,
        "suppress": [group.suppress_urls, group.suppress_guid, group.skip_phrases],
        "site": [site.zone.key, list(site.regions), dict(site.categories)],
    }
    return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()[:32]
