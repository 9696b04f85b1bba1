import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dctech.infrastructure.permissions import statements
from dctech.infrastructure.stage import Stage, UnknownStage
from dctech.infrastructure.template import template


class Command(BaseCommand):
    help = (
        "Print the CloudFormation template of everything that a stage of zappa_settings.json needs "
        "beside its function."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--stage", default="prod", help="a stage of zappa_settings.json")
        parser.add_argument(
            "--permissions", action="store_true", help="print its extra_permissions instead"
        )

    def handle(self, *, stage, permissions, **_options):
        try:
            found = Stage.from_zappa(stage, settings.BASE_DIR / "zappa_settings.json")
        except (OSError, UnknownStage) as error:
            raise CommandError(str(error)) from error
        if permissions:
            self.stdout.write(json.dumps(statements(found), indent=2))
        else:  # without blanks: CloudFormation takes 51,200 bytes
            self.stdout.write(json.dumps(template(found), separators=(",", ":")))
