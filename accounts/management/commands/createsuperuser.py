from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandError


class Command(createsuperuser.Command):
    help = "Make a superuser, who signs in at once: whoever has this machine needs not confirm an address."

    def handle(self, *args, **options):
        known = set(get_user_model().objects.values_list("pk", flat=True))
        super().handle(*args, **options)
        for user in get_user_model().objects.exclude(pk__in=known):
            if not user.email:
                user.delete()
                raise CommandError("An --email is needed: it is what one signs in with.")
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    def get_input_data(self, field, message, default=None):
        value = super().get_input_data(field, message, default)
        if field.name == "email" and not value:
            self.stderr.write("Error: This field cannot be blank: it is what one signs in with.")
            return None
        return value
