from django.core.management.base import BaseCommand, CommandError

from dctech import tables


class Command(BaseCommand):
    help = (
        "Create the DynamoDB tables, indexes and TTL that are missing. Never drops anything; "
        "says where a table differs from its model."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="create nothing; exit 1 when anything differs"
        )

    def handle(self, *, check, verbosity, **_options):
        drifted = False
        for change in tables.ensure(make=not check):
            drifted = drifted or change.drift
            style = self.style.WARNING if change.drift else self.style.SUCCESS
            self.stdout.write(f"{change.table}: {style(change.message)}")
        if drifted and check:
            raise CommandError("The tables differ from the models.", returncode=1)
        if verbosity > 1 and not drifted:
            self.stdout.write("The tables are as the models describe them.")
