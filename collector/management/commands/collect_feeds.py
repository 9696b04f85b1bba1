import argparse
import datetime as dt
import json
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from collector.collect import collect
from collector.live_site import NotALiveSite
from collector.report import FeedReport, Report
from collector.sources import UnknownGroup

SHOWN = ("new", "changed", "moved", "cancelled", "withdrawn", "restored", "crossposted", "seen")
LEFT_OUT = ("suppressed", "skipped", "elsewhere", "repeated", "beyond the limit")


class Command(BaseCommand):
    help = (
        "Read the feeds of all active, approved groups and bring the calendar to what they say. "
        "Exits 1 when every feed failed; a few broken ones are named and are no failed run."
    )

    def add_arguments(self, parser):
        parser.add_argument("--group", nargs="+", default=[], metavar="ID", help="only these")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--workers", type=_at_least_one, help="feeds fetched at the same time")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--force", action="store_true", help="read unchanged feeds as well")
        parser.add_argument(
            "--now", type=_moment, help="rehearse another moment: YYYY-MM-DDTHH:MM:SS+00:00"
        )

    def handle(self, *, group, dry_run, workers, force, now, verbosity, **options):
        progress = Progress(self.stderr if options["json"] else self.stdout, verbosity)
        try:
            report = collect(
                now or timezone.now(),
                group_ids=group,
                dry_run=dry_run,
                workers=workers,
                force=force,
                on_feed=progress.feed,
            )
        except (UnknownGroup, NotALiveSite, ImproperlyConfigured) as error:
            raise CommandError(str(error), returncode=2) from error
        finally:
            progress.close()
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report), indent=2))
        else:
            self._table(report, dry_run=dry_run)
        if report.broke:
            raise CommandError(
                "A fault of ours cost some feeds; the log above has the details.", returncode=1
            )
        if report.all_failed:
            raise CommandError(f"All {len(report.feeds)} feeds failed.", returncode=1)

    def _table(self, report: Report, *, dry_run: bool) -> None:
        failed = [feed for feed in report.feeds if feed.outcome == "failed"]
        for feed in sorted(failed, key=lambda feed: feed.name.casefold()):
            self.stdout.write(
                f"  {self.style.ERROR('failed')}  {feed.name} ({feed.group_id}): {feed.reason}"
            )
        if len(failed) > 1 and all(feed.reason.startswith("dns:") for feed in failed):
            self.stdout.write("  No host's name could be looked up. Is this machine online?")
        outcomes = [
            f"{report.outcomes[name]} {name}" for name in ("ok", "unchanged", "failed", "busy")
        ]
        rows = [("Feeds", [text for text in outcomes if not text.startswith("0 ")])]
        rows.append(("Events", _numbers(report, SHOWN)))
        rows.append(("Left out", _numbers(report, LEFT_OUT)))
        rows.append(("Problems", [str(sum(len(feed.problems) for feed in report.feeds))]))
        rows.append(("Writes", ["none: a rehearsal" if dry_run else str(report.writes)]))
        for name, texts in rows:
            self.stdout.write(f"{name:<9} {', '.join(texts) or 'none'}")


class Progress:
    """A bar on a terminal, a line for each feed elsewhere."""

    def __init__(self, out, verbosity: int) -> None:
        self.out = out
        self.verbosity = verbosity
        self.bar: tqdm | None = None

    def feed(self, feed: FeedReport, total: int) -> None:
        if not self.verbosity:
            return
        if sys.stderr.isatty():
            self.bar = self.bar or tqdm(total=total, unit=" feeds", leave=False)
            self.bar.update()
            return
        counts = ", ".join(f"{number} {name}" for name, number in sorted(feed.counts.items()))
        self.out.write(f"{feed.outcome}: {feed.group_id}  {feed.reason or counts}")

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


def _numbers(report: Report, names: tuple[str, ...]) -> list[str]:
    return [f"{report.counts[name]} {name}" for name in names if report.counts[name]]


def _as_json(report: Report) -> dict[str, object]:
    return {
        "started_at": report.started_at.isoformat(),
        "feeds": [
            {
                "group_id": feed.group_id,
                "name": feed.name,
                "outcome": feed.outcome,
                "reason": feed.reason,
                "counts": dict(feed.counts),
                "changes": feed.changes,
                "problems": [
                    {"kind": p.kind, "message": p.message, "uid": p.uid} for p in feed.problems
                ],
                "writes": feed.writes,
            }
            for feed in report.feeds
        ],
        "outcomes": dict(report.outcomes),
        "counts": dict(report.counts),
        "writes": report.writes,
    }


def _at_least_one(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a whole number of at least 1")
    return int(value)


def _moment(value: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{value!r} is not a moment like 2026-09-01T12:00:00+00:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
