"""What Lambda cannot do without, said by `manage.py check` before a deployment is."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def accounts_are_configured(**_options: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    if settings.GITHUB_CLIENT_ID and not settings.GITHUB_CLIENT_SECRET:
        errors.append(
            Error("GITHUB_CLIENT_ID is set, and GITHUB_CLIENT_SECRET is not.", id="accounts.E001")
        )
    if settings.GITHUB_CLIENT_SECRET and not settings.GITHUB_CLIENT_ID:
        errors.append(
            Error("GITHUB_CLIENT_SECRET is set, and GITHUB_CLIENT_ID is not.", id="accounts.E004")
        )
    if not settings.ON_LAMBDA:
        return errors
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        errors.append(
            Error(
                "DATABASE_URL is not set: accounts in an SQLite file would be lost with the Lambda that has it.",
                hint="Set it to postgres://user:password@host/name or dsql://admin@cluster.dsql.us-east-1.on.aws/postgres.",
                id="accounts.E002",
            )
        )
    if settings.EMAIL_BACKEND != "django.core.mail.backends.smtp.EmailBackend":
        errors.append(
            Error(
                "EMAIL_URL is not set, or leads to files or the console: nobody could confirm an address, nor reset a "
                "password.",
                hint="Set it to smtp+tls://user:password@host:587, and DEFAULT_FROM_EMAIL to the sender.",
                id="accounts.E003",
            )
        )
    return errors
