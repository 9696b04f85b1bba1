from django.core.management.base import BaseCommand
from django.utils import timezone

from dctech.notices import tell_moderators


class Command(BaseCommand):
    help = (
        "Tell the moderators of submissions that they have not heard of, at most every 15 minutes."
    )

    def handle(self, **_options):
        number = tell_moderators(timezone.now())
        self.stdout.write(
            f"Told of {number}." if number else "There was nothing to tell, or no way to."
        )
