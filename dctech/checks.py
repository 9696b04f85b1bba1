"""What `manage.py check --deploy` says before the public meets it: each names the setting and how to mend it."""

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - the level's name
from django.http.request import validate_host

from dctech.notices import channels

MOST_PROXIES = 4
"""A CDN, API Gateway, and as many again that somebody may have before them."""

SHORTEST_LEASE = 60
"""Seconds in which a feed of COLLECTOR_MAX_EVENTS is brought to the tables on a slow day."""


@register(Tags.security, deploy=True)
def ready_for_the_public(**_options: Any) -> list[CheckMessage]:
    return [*_address(), *_secrets(), *_hosts(), *_neighbours(), *_moderators(), *_collector()]


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
    """Tell whether a host is the one that runs the site, or what only that one sees, as Lambda's own services are."""
    try:
        found = ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return found.is_loopback or found.is_link_local or found.is_unspecified


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
    if settings.TRUSTED_PROXY_COUNT > MOST_PROXIES:
        yield Error(
            f"TRUSTED_PROXY_COUNT is {settings.TRUSTED_PROXY_COUNT}: a visitor who sends as many hops chooses "
            "whose limits are used.",
            hint="Set it to the proxies that there are: 2 behind CloudFront and API Gateway.",
            id="dctech.E010",
        )
    if settings.ON_LAMBDA and not settings.ORIGIN_SECRET:
        yield Warning(
            "ORIGIN_SECRET is not set: who asks API Gateway by its own address goes around the CDN and all limits.",
            hint="Run python -m deploy up, which makes one and gives it to the distribution.",
            id="dctech.W016",
        )
    if settings.ON_LAMBDA and settings.DYNAMODB_ENDPOINT_URL:
        yield Warning(
            "DYNAMODB_ENDPOINT_URL is set: the site would use another DynamoDB than AWS's.",
            hint="Unset it, unless it is a VPC endpoint's own address.",
            id="dctech.W009",
        )


def _moderators() -> Iterator[CheckMessage]:
    if not channels.configured():
        yield Warning(
            "No MODERATORS_EMAIL, MODERATORS_WEBHOOK_URL or MODERATORS_SNS_TOPIC_ARN is set: "
            "nobody hears of submissions.",
            hint="Set one of them.",
            id="dctech.W011",
        )


def _collector() -> Iterator[CheckMessage]:
    source, _, directory = settings.FEED_SOURCE.partition(":")
    if settings.FEED_SOURCE != "dynamodb" and (source != "yaml" or not Path(directory).is_dir()):
        yield Error(
            f"FEED_SOURCE is {settings.FEED_SOURCE}, neither dynamodb nor yaml:DIR with a folder that is there: "
            "no feed would be read.",
            hint="Unset it, or set FEED_SOURCE=dynamodb.",
            id="dctech.E012",
        )
    elif settings.FEED_SOURCE != "dynamodb" and settings.ON_LAMBDA:
        yield Error(
            f"FEED_SOURCE is {settings.FEED_SOURCE}: on Lambda there is no such folder.",
            hint="Unset it, and bring the folder's groups in by import_yaml.",
            id="dctech.E013",
        )
    if settings.COLLECTOR_LEASE_SECONDS < SHORTEST_LEASE:
        yield Error(
            f"COLLECTOR_LEASE_SECONDS is {settings.COLLECTOR_LEASE_SECONDS:g}: a feed with many events takes longer, "
            "and another collection would begin it meanwhile.",
            hint=f"Set it to {SHORTEST_LEASE} or more; unset it is 300.",
            id="dctech.E014",
        )
    ours = [
        host for host in settings.COLLECTOR_ALLOW_HOSTS if _is_this_machine(host.rpartition(":")[0])
    ]
    if ours:
        yield Error(
            f"COLLECTOR_ALLOW_HOSTS names this machine ({', '.join(ours)}): whoever submits a feed could have "
            "it read what is meant for nobody else.",
            hint="Take it out; names of an intranet's calendar servers may stay.",
            id="dctech.E015",
        )
