"""What is noted of feeds and runs in the Operations table."""

import datetime as dt

from collector.fetch import Response
from collector.models import HISTORY_DAYS, Feed, FeedRead, Run
from collector.report import FeedReport, Report
from collector.revision import Moment
from dctech.observability.runs import run_ended
from groups.models import Group


class Books:
    """Keeps the state of feeds, and records of reads and of the run, for one owner of leases.

    `partial`: the run is of some groups by name, and gets no record.
    """

    def __init__(
        self, owner: str, moment: Moment, *, dry_run: bool = False, partial: bool = False
    ) -> None:
        self.owner = owner
        self.moment = moment
        self.dry_run = dry_run
        self.partial = partial

    def finish(self, group: Group, feed: Feed, answer: Response, report: FeedReport) -> FeedReport:
        """Store the feed's state, which ends the lease, and a record of the read."""
        feed.etag, feed.last_modified = answer.etag or None, answer.last_modified or None
        feed.sha256 = answer.sha256
        feed.last_read_at = feed.last_success_at = self.moment.now
        feed.expanded_date = self.moment.today
        feed.failures, feed.last_error = 0, None
        if not feed.release(self.owner):
            reason = "it took longer than its lease, and another collection has it now"
            return FeedReport(group.group_id, group.name, "busy", reason, writes=report.writes)
        report.writes += 2 + self._note_read(report)
        return report

    def unchanged(self, group: Group, feed: Feed) -> FeedReport:
        """Report a read that brought nothing new.

        It is noted in the run's record alone, which names the feeds that failed: a write for each feed and run would
        cost more than all that changes. A feed that had failed is marked as mended; and one that was asked for by name
        is marked as read, since such a run has no record.
        """
        report = FeedReport(group.group_id, group.name, "unchanged")
        if (feed.failures or self.partial) and not self.dry_run:
            feed.update(
                actions=[
                    Feed.last_read_at.set(self.moment.now),
                    Feed.last_success_at.set(self.moment.now),
                    Feed.failures.set(0),
                    Feed.last_error.remove(),
                ]
            )
            report.writes = 1
        return report

    def failed(self, group: Group, feed: Feed, kind: str, reason: str) -> FeedReport:
        report = FeedReport(group.group_id, group.name, "failed", f"{kind}: {reason}")
        if not self.dry_run:
            feed.update(
                actions=[
                    Feed.last_read_at.set(self.moment.now),
                    Feed.failures.set(int(feed.failures) + 1),
                    Feed.last_error.set(report.reason),
                ]
            )
            report.writes = 1 + self._note_read(report, kind)
        return report

    def note_run(self, report: Report, finished_at: dt.datetime, *, finished: bool = True) -> None:
        """Keep a record of the run, which names the feeds that failed; it is none that finished if it was cut short."""
        outcomes, changes = report.outcomes, report.counts
        del changes["unchanged"]  # of events, that is: here it says how many feeds were
        Run(
            "runs",
            f"{report.started_at.isoformat(timespec='seconds')}#{self.owner}",
            finished_at=finished_at,
            counts={**changes, **outcomes},
            failures={f.group_id: f.reason for f in report.feeds if f.outcome == "failed"} or None,
            units=list(report.units),
            ttl=report.started_at + dt.timedelta(days=HISTORY_DAYS),
        ).save()
        report.writes += 1
        read = outcomes["ok"] + outcomes["unchanged"]
        run_ended(read, outcomes["failed"], report.units, finished=finished)

    def _note_read(self, report: FeedReport, kind: str = "") -> int:
        """Keep a record of a read that failed or changed something; return the number of writes."""
        if not (kind or report.changes):
            return 0
        FeedRead(
            f"feed#{report.group_id}",
            self.moment.now.isoformat(timespec="seconds"),
            run=self.owner,
            outcome=kind or report.outcome,
            detail=report.reason or None,
            counts=dict(report.counts) or None,
            changes=report.changes[:100] or None,
            problems=[[p.kind, p.message] for p in report.problems[:20]] or None,
            ttl=self.moment.now + dt.timedelta(days=HISTORY_DAYS),
        ).save()
        return 1
