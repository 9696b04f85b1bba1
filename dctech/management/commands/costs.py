from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dctech.costs.bill import Usage, month
from dctech.costs.pages import page_units
from dctech.costs.traffic import Uncounted, traffic
from dctech.dynamodb import whereabouts
from dctech.infrastructure.stage import Stage, UnknownStage
from groups.models import Group


class Command(BaseCommand):
    help = (
        "Say what each kind of page and the last collection have used, and what a month costs at list prices: "
        "docs/costs.md."
    )

    def add_arguments(self, parser):
        parser.add_argument("--feeds", type=int, help="default: the groups that are collected now")
        parser.add_argument("--pages-a-day", type=int, default=2_000, help="default: %(default)s")
        parser.add_argument(
            "--stage", help="at the traffic that CloudWatch has counted for this deployed stage"
        )
        parser.add_argument(
            "--days", type=int, default=1, help="so many last days of it (default: %(default)s)"
        )

    def handle(self, *, feeds, pages_a_day, stage, days, **_options):
        if feeds is None:
            self.stderr.write(whereabouts(), self.style.NOTICE)
            self._measured()
            feeds = sum(1 for _ in Group.active_and_approved())
        usage = self._at_present(stage, feeds, days) if stage else Usage(feeds, pages_a_day)
        bill = month(usage)
        self.stdout.write(f"$ a month for {feeds:,} feeds and {usage.pages:,.0f} pages a day:")
        for what, dollars in bill.items():
            self.stdout.write(f"  {what:<30} {dollars:8.2f}")
        self.stdout.write(f"  {'together':<30} {sum(bill.values()):8.2f}")

    def _measured(self):
        from collector.door import last_run  # noqa: PLC0415 - nothing imports the collector when it loads

        self.stdout.write("Read units of making a page:")
        for kind, units in page_units():
            self.stdout.write(f"  {kind:<30} {units:8.1f}")
        run = last_run()
        if run and run.units:
            read, written = run.units
            self.stdout.write(f"Units of the last collection, {run.read + run.failed:,} feeds:")
            self.stdout.write(f"  {'read':<30} {read:8.1f}")
            self.stdout.write(f"  {'written':<30} {written:8.1f}")

    def _at_present(self, name, feeds, days):
        if days < 1:
            raise CommandError("--days is a whole number of at least 1.")
        try:
            stage = Stage.from_zappa(name, settings.BASE_DIR / "zappa_settings.json")
            found = traffic(stage, settings.AWS_REGION, days, timezone.now())
        except (OSError, UnknownStage, Uncounted) as error:
            raise CommandError(f"The traffic of {name} cannot be read: {error}") from error
        pages = max(found.made, found.asked or 0.0)
        self.stdout.write(
            f"Traffic a day: {pages:,.0f} pages, {found.made:,.0f} of them made by the function; "
            f"{found.read_units:,.0f} units read, {found.written_units:,.0f} written."
        )
        return Usage(
            feeds,
            pages,
            found.made / pages if pages else 0.0,
            (found.read_units, found.written_units),
        )
