"""Settings come from environment variables; these functions read one each and say what is wrong with it."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured
from environ import Env

Number = TypeVar("Number", int, float)
POSTGRESQL = "django.db.backends.postgresql"
DSQL = "aurora_dsql_django"
DATABASES = {"postgres": POSTGRESQL, "postgresql": POSTGRESQL, "dsql": DSQL}
MAILERS = {
    "smtp": ("smtp", 25),
    "smtp+tls": ("smtp", 587),
    "smtp+ssl": ("smtp", 465),
    "file": ("filebased", None),
    "console": ("console", None),
}


def adopt(values: Mapping[str, str]) -> None:
    """Take values that come from elsewhere for variables that are not set."""
    for name, value in values.items():
        os.environ.setdefault(name, value)


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
    """Return a whole number; raise ImproperlyConfigured for anything else, or one out of bounds."""
    return _converted(name, default, int, minimum=minimum, maximum=maximum)


def seconds(name: str, default: float, *, minimum: float = 0) -> float:
    """Return a number of seconds; raise ImproperlyConfigured for anything else."""
    return _converted(name, default, float, minimum=minimum, maximum=86_400)


def switch(name: str, *, default: bool = False) -> bool:
    """Return True for 1/true/yes/on, False for 0/false/no/off; raise ImproperlyConfigured otherwise."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} must be 1 or 0.")


def choice(name: str, default: str, known: Sequence[str]) -> str:
    """Return one of the known values; raise ImproperlyConfigured for anything else."""
    value = text(name, default)
    if value not in known:
        raise ImproperlyConfigured(f"{name}={value!r} must be {' or '.join(known)}.")
    return value


def words(name: str, default: str = "", *, pattern: str = ".+", example: str = "") -> list[str]:
    """Return a comma separated list without its blanks; raise ImproperlyConfigured for a word of another form."""
    found = [word.strip() for word in text(name, default).split(",") if word.strip()]
    for word in found:
        if not re.fullmatch(pattern, word):
            raise ImproperlyConfigured(f"{name}: {word!r} must look like {example}.")
    return found


def matching(name: str, pattern: str, example: str) -> str:
    """Return a text of this form, or none at all; raise ImproperlyConfigured, without the value: it may be a secret."""
    value = text(name)
    if value and not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"{name} must look like {example}.")
    return value


def address(name: str, default: str = "") -> str:
    """Return an http(s) address without a slash at its end; raise ImproperlyConfigured for anything else."""
    value = text(name, default).rstrip("/")
    if value and not re.fullmatch(r"https?://[^\s/]+\S*", value):
        raise ImproperlyConfigured(f"{name}={value!r} must be an address like https://example.org.")
    return value


def origin(name: str, default: str) -> str:
    """Return an http(s) address of a host's root, without the slash; raise ImproperlyConfigured for anything else."""
    value = address(name, default)
    if not re.fullmatch(r"https?://[^\s/?#@]+", value):
        raise ImproperlyConfigured(
            f"{name}={value!r} must be an address without a path, like https://example.org."
        )
    return value


def zone(name: str, default: str) -> ZoneInfo:
    """Return an IANA time zone; raise ImproperlyConfigured for a name that is none."""
    value = text(name, default)
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"{name}={value!r} must be a time zone like America/New_York."
        ) from None


def database(name: str, folder: Path) -> dict[str, Any]:
    """Return Django's settings of a PostgreSQL or an Aurora DSQL; without an address, of a file in the folder."""
    url = text(name)
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "accounts.sqlite3",
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL;",
                "transaction_mode": "IMMEDIATE",
            },
        }
    engine = DATABASES.get(url.partition("://")[0])
    problem = ImproperlyConfigured(  # without the value, which has a password
        f"{name} must look like postgres://user:password@host:5432/name"
        " or dsql://admin@cluster.dsql.us-east-1.on.aws/postgres."
    )
    try:
        found = dict(Env.db_url_config(url, engine=engine))
    except ValueError:
        raise problem from None
    if not (engine and found["HOST"] and found["NAME"]):
        raise problem
    found |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    if engine == DSQL:
        # Sequences, since allauth takes keys for whole numbers; uncached, since foreign keys are of four bytes
        # and a cache of 65,536 for each connection of a Lambda would soon be through them.
        found |= {"USE_SEQUENCE_AUTOFIELDS": True, "SEQUENCE_CACHE_SIZE": 1}
        # libpq's own place for certificates of authorities is a folder that Lambda does not have.
        trusted = {"sslmode": "verify-full", "sslrootcert": str(files("botocore") / "cacert.pem")}
        found["OPTIONS"] = trusted | found.get("OPTIONS", {})
    return found


def mail(name: str, folder: Path) -> dict[str, Any]:
    """Return Django's EMAIL_* settings; without an address e-mails are files in the folder."""
    url = text(name) or f"file://{folder}"
    scheme, _, rest = url.partition(":")
    problem = ImproperlyConfigured(  # without the value, which has a password
        f"{name} must look like smtp+tls://user:password@host:587, file:///folder or console:."
    )
    try:
        parts = urlsplit(f"mail:{rest}")
        backend, port = MAILERS[scheme]
        found = {
            "EMAIL_BACKEND": f"django.core.mail.backends.{backend}.EmailBackend",
            "EMAIL_HOST": parts.hostname or "",
            "EMAIL_PORT": parts.port or port,
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_FILE_PATH": unquote(parts.path),
            "EMAIL_USE_TLS": scheme == "smtp+tls",
            "EMAIL_USE_SSL": scheme == "smtp+ssl",
        }
    except (KeyError, ValueError):
        raise problem from None
    if not found[
        {"smtp": "EMAIL_HOST", "filebased": "EMAIL_FILE_PATH"}.get(backend, "EMAIL_BACKEND")
    ]:
        raise problem
    return found


def _converted(
    name: str,
    default: Number,
    convert: Callable[[str], Number],
    *,
    minimum: Number,
    maximum: Number,
) -> Number:
    value = text(name)
    if not value:
        return default
    expected = "a whole number" if convert is int else "a number"
    problem = ImproperlyConfigured(
        f"{name}={value!r} must be {expected} between {minimum} and {maximum}."
    )
    try:
        converted = convert(value)
    except ValueError:
        raise problem from None
    if not minimum <= converted <= maximum:  # and so no nan
        raise problem
    return converted
