from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from pynamodb.exceptions import PynamoDBException

from collector.live_site.files import NotALiveSite
from collector.live_site.migration import import_site
from collector.live_site.report import Report
from dctech.dynamodb import code_of

COLUMNS = ("files", "items", "new", "changed", "unchanged", "kept", "broken", "warnings", "pending")


class Command(BaseCommand):
    help = (
        "Bring in the data of the site as it was before: a directory with _groups, _categories, "
        "_single_events, _recurring_events and _overlay. Running it again changes nothing; "
        "what people have edited here is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing, print the same report"
        )

    def handle(self, *, directory: Path, dry_run: bool, **_options: Any) -> None:
        try:
            report = import_site(directory, timezone.now(), dry_run=dry_run)
        except NotALiveSite as error:
            raise CommandError(str(error)) from error
        except PynamoDBException as error:
            if code_of(error) == "ResourceNotFoundException":
                raise CommandError("The tables are missing: run create_tables first.") from error
            raise
        self._print_table(report)
        self._print_findings(report)
        written = "would be written" if dry_run else "written"
        self.stdout.write(f"{report.writes} items {written}.")
        if report.failed:
            raise CommandError("Not everything came in.", returncode=1)

    def _print_table(self, report: Report) -> None:
        self.stdout.write("".join(["folder".ljust(20), *(name.rjust(10) for name in COLUMNS)]))
        for row in [*report.rows, report.total()]:
            counts = {
                **row.outcomes,
                "files": row.files,
                "items": row.items,
                "broken": row.broken,
                "warnings": row.warnings,
                "pending": row.pending,
            }
            cells = (str(counts.get(name, 0)).rjust(10) for name in COLUMNS)
            self.stdout.write("".join([row.folder.ljust(20), *cells]))
        if report.markers:
            self.stdout.write(
                f"Beside these, {report.markers} items stand for events that corrections name as "
                "the original and no file describes."
            )

    def _print_findings(self, report: Report) -> None:
        for warning in report.warnings:
            self.stdout.write(self.style.WARNING(str(warning)))
        for broken in report.broken:
            self.stdout.write(
                self.style.ERROR(f"{broken.name}:{broken.line}: broken: {broken.message}")
            )
        for loss in report.losses:
            self.stdout.write(self.style.ERROR(str(loss)))
        self.stdout.write(
            f"Round trip: {report.keys} keys compared with what is stored, {len(report.losses)} lost."
        )
