from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dctech.backup import BackupError, restore
from dctech.dynamodb import whereabouts


class Command(BaseCommand):
    help = (
        "Fill empty tables from a backup, and compare what is then there. The backup is checked "
        "against its manifest before the first write."
    )

    def add_arguments(self, parser):
        parser.add_argument("source", help="a folder, or s3://bucket/prefix")
        parser.add_argument(
            "--replace", action="store_true", help="delete first what the tables hold"
        )

    def handle(self, *, source, replace, **_options):
        self.stderr.write(whereabouts(), self.style.NOTICE)
        try:
            said = restore(
                source,
                timezone.now(),
                replace=replace,
                on_table=lambda entry: self.stdout.write(f"{entry.table}: {entry.items} items"),
            )
        except BackupError as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(f"The tables are as they were at {said.made_at:%Y-%m-%d %H:%M:%S} UTC.")
