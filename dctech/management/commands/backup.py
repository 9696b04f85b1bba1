from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dctech.backup import BackupError, back_up
from dctech.dynamodb import whereabouts


class Command(BaseCommand):
    help = "Copy all tables to a folder, or to s3://bucket/prefix, where nothing is yet."

    def add_arguments(self, parser):
        parser.add_argument("target")

    def handle(self, *, target, **_options):
        self.stderr.write(whereabouts(), self.style.NOTICE)
        try:
            made = back_up(
                target,
                timezone.now(),
                on_table=lambda entry: self.stdout.write(f"{entry.table}: {entry.items} items"),
            )
        except BackupError as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(f"{sum(entry.items for entry in made.entries)} items are in {target}.")
