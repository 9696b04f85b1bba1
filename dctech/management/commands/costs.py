from django.core.management.base import BaseCommand

from dctech.costs.bill import Usage, month
from dctech.costs.pages import page_units
from groups.models import Group


class Command(BaseCommand):
    help = "Say what each kind of page reads, and what a month costs at list prices: docs/costs.md."

    def add_arguments(self, parser):
        parser.add_argument("--feeds", type=int, help="default: the groups that are collected now")
        parser.add_argument("--pages-a-day", type=int, default=2_000)

    def handle(self, *, feeds, pages_a_day, **_options):
        if feeds is None:
            self.stdout.write("Read units of making a page:")
            for kind, units in page_units():
                self.stdout.write(f"  {kind:<30} {units:8.1f}")
            feeds = sum(1 for _ in Group.active_and_approved())
        bill = month(Usage(feeds, pages_a_day))
        self.stdout.write(f"$ a month for {feeds:,} feeds and {pages_a_day:,} pages a day:")
        for what, dollars in bill.items():
            self.stdout.write(f"  {what:<30} {dollars:8.2f}")
        self.stdout.write(f"  {'together':<30} {sum(bill.values()):8.2f}")
