"""What `manage.py check --deploy` says before the public meets it: each names the setting and how to mend it."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - the level's name
from django.http.request import validate_host


@register(Tags.security, deploy=True)
def ready_for_the_public(**_options: Any) -> list[CheckMessage]:
    return [*_address(), *_secrets(), *_hosts(), *_neighbours()]


def _address() -> Iterator[CheckMessage]:
    if not settings.HTTPS:
        yield Error(
            f"SITE_URL is {settings.SITE_URL}, which is not encrypted: cookies and HSTS go by it.",
            hint="Set SITE_URL=https://your.domain; HTTPS, HSTS and secure cookies follow.",
            id="dctech.E001",
        )
    if _is_this_machine(urlsplit(settings.SITE_URL).hostname or ""):
        yield Error(
            "SITE_URL names this machine: mails, feeds and calendars would lead nobody anywhere.",
            hint="Set SITE_URL to where the public finds the site.",
            id="dctech.E002",
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _secrets() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error(
            "DEBUG is on: its error pages show settings and code to everybody.",
            hint="Set DEBUG=0.",
            id="dctech.E003",
        )
    kept = settings.DATA_DIR / "secret_key"
    if kept.is_file() and kept.read_text(encoding="ascii") == settings.SECRET_KEY:
        yield Error(
            "SECRET_KEY is not set: the one that was made for this machine is no other machine's.",
            hint="Set SECRET_KEY to 50 random characters or more, and keep it in a secret store.",
            id="dctech.E004",
        )


def _hosts() -> Iterator[CheckMessage]:
    host = urlsplit(settings.SITE_URL).hostname or ""
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS lets any Host header in.",
            hint="Set ALLOWED_HOSTS to the names that the site has.",
            id="dctech.E005",
        )
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        yield Error(
            f"ALLOWED_HOSTS lacks {host}, the host of SITE_URL: every page would be a 400.",
            hint=f"Set ALLOWED_HOSTS={host}, and the API Gateway's name behind a CDN.",
            id="dctech.E006",
        )


def _neighbours() -> Iterator[CheckMessage]:
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield Error(
            f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL}: no mail server takes that.",
            hint="Set DEFAULT_FROM_EMAIL to an address that EMAIL_URL's server may send from.",
            id="dctech.E007",
        )
    if not settings.TRUSTED_PROXY_COUNT:
        yield Warning(
            "TRUSTED_PROXY_COUNT is 0: behind a proxy all visitors share one limit.",
            hint="Set it to 2 behind CloudFront and API Gateway, to 1 behind one of them.",
            id="dctech.W008",
        )
    if settings.ON_LAMBDA and settings.DYNAMODB_ENDPOINT_URL:
        yield Warning(
            "DYNAMODB_ENDPOINT_URL is set: the site would use another DynamoDB than AWS's.",
            hint="Unset it, unless it is a VPC endpoint's own address.",
            id="dctech.W009",
        )
