import sys

from django.core.management.base import BaseCommand, CommandError

from dctech import localdb

NOT_RUNNING = 3


class Command(BaseCommand):
    help = "Start, look at, stop or empty the embedded DynamoDB. `status` exits 3 when it does not run."

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["start", "status", "stop", "reset"])
        parser.add_argument("--yes", action="store_true", help="reset without asking")

    def handle(self, *, action, yes, **_options):
        try:
            if action == "start":
                self.stdout.write(f"The embedded DynamoDB answers on {localdb.ensure_running()}")
            elif action == "status":
                self._status()
            elif action == "stop":
                stopped = localdb.stop()
                self.stdout.write(
                    f"Stopped process {stopped.pid}." if stopped else "It does not run."
                )
            else:
                self._reset(sure=yes)
        except localdb.LocalDBError as error:
            raise CommandError(
                str(error), returncode=NOT_RUNNING if action == "status" else 1
            ) from error

    def _status(self):
        running = localdb.status()
        if running is None:
            self.stdout.write("The embedded DynamoDB does not run.")
            sys.exit(NOT_RUNNING)
        self.stdout.write(
            f"The embedded DynamoDB ({running.engine}) answers on {running.endpoint}: "
            f"process {running.pid}, data in {running.data_directory}"
        )

    def _reset(self, *, sure):
        if not (sure or _confirmed()):
            raise CommandError("Nothing was deleted. (Without a terminal: --yes)")
        localdb.reset()
        self.stdout.write("The embedded DynamoDB is empty and stopped.")


def _confirmed():
    try:
        answer = input("Delete every table of the embedded DynamoDB, with all data? [y/N] ")
    except EOFError:
        return False
    return answer.strip().lower() in {"y", "yes"}
