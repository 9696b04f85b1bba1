from django.core.management.base import BaseCommand, CommandError

from dctech.dynamodb import whereabouts
from dctech.privacy import accounts, erasing
from dctech.privacy.traces import traces


class Command(BaseCommand):
    help = (
        "Erase somebody: their account, and their address and name wherever the tables have them. "
        "Events and groups that they sent stay, without a submitter."
    )

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--yes", action="store_true", help="do it; without, only say what")

    def handle(self, *, email, yes, **_options):
        self.stderr.write(whereabouts(), self.style.NOTICE)
        person = accounts.person_of(email)
        # The tables first: a second try after a failure still finds whose names are to go by the account.
        found = erasing.erase(person) if yes else list(traces(person))
        for trace in found:
            what = "removed" if trace.removed else f"erased from {', '.join(trace.attributes)}"
            self.stdout.write(f"{person.without(trace.label)}: {what}")
        for username in person.usernames:
            self.stdout.write(f"account {username}: removed")
        counts = accounts.erase(person) if yes else {}
        for name, number in sorted(counts.items()):
            self.stdout.write(f"accounts database: {number} {name}")
        if not found and not person.usernames:
            self.stdout.write("Nothing is kept of this address.")
        elif not yes:
            raise CommandError("Nothing was erased. To do it: --yes", returncode=1)
        else:
            self.stdout.write("Backups and mails that were sent are not reached from here.")
