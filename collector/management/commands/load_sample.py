from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from collector import sample_city
from dctech.models import CalendarVersion, Operation
from dctech.tables import in_production
from groups.models import Group


class Command(BaseCommand):
    help = "Load the sample city (made-up groups and categories) into empty tables, once."

    def handle(self, **_options):
        if in_production():
            raise CommandError("The sample city is for the embedded engine, not for AWS.")
        if Operation.count("sample"):
            return
        sample = sample_city.groups(timezone.now())
        others = {group.group_id for group in Group.active_and_approved()}
        if others - {group.group_id for group in sample}:
            self.stdout.write("There are groups already: the sample city is left out.")
            return
        for item in [*sample_city.categories(), *sample]:
            item.save()
        # Last, so that a load which was killed half-way is done again.
        Operation("sample", "loaded").save()
        CalendarVersion.bump()
        self.stdout.write(f"Loaded the sample city: {len(sample)} groups.")
