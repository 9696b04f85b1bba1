import argparse
import datetime as dt
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from collector.parity import Listed, NotEvents, between, compare, old_events, report
from dctech.dynamodb import whereabouts
from events.models import EVERYWHERE, Event


class Command(BaseCommand):
    help = (
        "Compare what is coming up here with the old site's events.json, event by event. "
        "Exits 1 when anything differs."
    )

    def add_arguments(self, parser):
        parser.add_argument("old", metavar="OLD_EVENTS_JSON", type=Path)
        parser.add_argument("--days", type=int, default=90, help="how far ahead (90)")
        parser.add_argument("--start", type=_day, help="the first day, instead of today")

    def handle(self, *, old, days, start, **_options):
        self.stderr.write(whereabouts(), self.style.NOTICE)
        first = start or timezone.now().astimezone(settings.SITE_ZONE).date()
        try:
            theirs = old_events(old.read_bytes())
        except OSError as error:
            raise CommandError(f"{old} cannot be read: {error.strerror}.", returncode=2) from error
        except NotEvents as error:
            raise CommandError(f"{old}: {error}", returncode=2) from error
        begin = dt.datetime.combine(first, dt.time())
        ours = Event.upcoming(begin, days, [*settings.SITE_REGIONS, EVERYWHERE])
        last = first + dt.timedelta(days=days - 1)
        found = compare(
            between(theirs, first, last),
            between(map(Listed.from_event, ours), first, last),
        )
        for line in report(found):
            self.stdout.write(line)
        if not found.same:
            raise CommandError("The two calendars differ.", returncode=1)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day like 2026-09-01") from None
