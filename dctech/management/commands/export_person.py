import json

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder

from dctech.backup.lines import line_of
from dctech.dynamodb import whereabouts
from dctech.privacy import accounts
from dctech.privacy.traces import traces


class Command(BaseCommand):
    help = "Print as JSON all that is kept of somebody: what they sent, what names them, their account."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *, email, **_options):
        self.stderr.write(whereabouts(), self.style.NOTICE)
        person = accounts.person_of(email)
        found = {
            "emails": person.emails,
            "accounts": accounts.exported(person),
            "items": [
                {
                    "table": str(trace.model.Meta.table_name),
                    "names_them_in": trace.attributes,
                    "item": json.loads(line_of(trace.item)),
                }
                for trace in traces(person)
            ],
        }
        self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
