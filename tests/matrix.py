"""A world with something at every address of staff and submitters, people who try them, and all they could change."""

import datetime as dt
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import URLPattern, get_resolver

from dctech.api.keys import ApiKey
from dctech.dynamodb import Table, connection
from dctech.moderation import Act, Batch, Review
from dctech.moderation.reasons import Reason
from dctech.submissions.links import token
from dctech.submissions.people import TrustedSubmitter
from events.models import Category
from tests import make
from tests.conftest import empty_tables
from tests.make import NOW

PEOPLE = ("anonymous", "member", "viewer", "moderator", "editor", "admin")
"""`viewer` is staff who may view everything and do nothing; the last three have the role of that name."""

EMAIL = "zqsubmitter@example.org"
ADA = Act("user:ada", NOW)
LATER = dt.datetime.combine(dt.datetime.now(dt.UTC).date() + dt.timedelta(60), dt.time(18, 30))
SUBMITTED = {
    "source_type": "submission",
    "submitted_by": EMAIL,
    "group_id": None,
    "group_name": None,
    "uid": None,
    "last_seen_date": None,
}
ACCOUNTS = (User, Role, EmailAddress, LogEntry, User.groups.through, User.user_permissions.through)
COUNTERS = ("cache", "limits#")
"""Partitions that count tries, which a refused one does too."""


def browsers(**options: object) -> dict[str, Client]:
    """Return a client for each of PEOPLE, signed in but for the first."""
    found = {"anonymous": Client(**options)}
    for name in PEOPLE[1:]:
        user = User.objects.create_user(name, f"{name}@example.org", is_staff=name == "viewer")
        if name == "viewer":
            user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        user.groups.set(Role.objects.filter(name=name.capitalize()))
        found[name] = Client(**options)
        found[name].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    EmailAddress.objects.create(
        user=User.objects.get(username="member"), email="member@example.org", verified=True
    )
    return found


def furnish(feed: str) -> dict[str, object]:
    """Fill the emptied tables; return what stands for the words in the addresses' braces."""
    empty_tables()
    Category("category", "ai", name="AI").save()
    Reason("reasons", "far", text="Too far").save()
    TrustedSubmitter.trust(7, "kim@example.org", by="user:ada", now=NOW)
    member, role = User.objects.get(username="member"), Role.objects.get(name="Moderator")
    key, _secret = ApiKey.make("Bot", ["read"], by=ADA.by, now=NOW)
    accounts = {"member": member.pk, "role": role.pk, "key": key.key_id}
    return accounts | _events() | _groups(feed)


def _events() -> dict[str, object]:
    question = {"text": "Is it free?", "by": "user:ada", "at": "2026-09-01T12:00:00+00:00"}
    pending = make.event("Pending", LATER, status="pending", question=question, **SUBMITTED)
    published = make.event("Published", LATER, **SUBMITTED)
    locked = make.event("Locked", LATER, uid="locked")
    deleted = make.event("Deleted", LATER, uid="deleted")
    decided = make.event("Decided", LATER, status="pending", **SUBMITTED)
    for event in (pending, published, locked, decided, deleted):
        event.save()
    fields = {"cost": "$10"}
    Review.about("event", published.key, why="proposed", title="x", now=NOW, fields=fields).save()
    first = locked.edit(ADA, {"cost": "$5"})
    entry = locked.edit(ADA, {"title": "Unlocked"})
    decision = decided.approve(ADA)
    deleted.remove(ADA)
    return {
        "decided": decided.key,
        "decision": decision.entry_id,
        "first_entry": first.entry_id,
        "event": pending.key,
        "event_token": token(pending),
        "published": published.key,
        "published_token": token(published),
        "locked": locked.key,
        "event_entry": entry.entry_id,
        "deleted_event": deleted.key,
        **{f"event_{name}": id_ for name, id_ in _batches("event", pending.key).items()},
    }


def _groups(feed: str) -> dict[str, object]:
    pythons = make.group("pythons", ical=feed)
    asleep = make.group("asleep", active=False)
    newcomers = make.group("newcomers", status="pending", submitted_by=EMAIL)
    deleted = make.group("deleted")
    for group in (pythons, asleep, newcomers, deleted):
        group.save()
    make.event("Of nobody", LATER, group_id="asleep", uid="nobody").save()
    entry = pythons.edit(ADA, {"name": "Snakes"})
    deleted.remove(ADA)
    return {
        "group_token": token(newcomers),
        "group_entry": entry.entry_id,
        **{f"group_{name}": id_ for name, id_ in _batches("group", "newcomers").items()},
    }


def _batches(kind: str, key: str) -> dict[str, str]:
    """Begin a bulk act of each sort on an item."""
    return {
        action: Batch.begin(kind, action, [key], ADA).sort
        for action in ("approved", "rejected", "deleted")
    }


def items() -> list[str]:
    """Return all that the tables hold, but for counted tries."""
    return sorted(
        repr(sorted(item.items()))
        for model in Table.models()
        for item in connection().client.scan(TableName=model.Meta.table_name)["Items"]
        if not item.get("partition", {"S": ""})["S"].startswith(COUNTERS)
    )


def state() -> list[str]:
    """Return all that is stored, but for sessions and counted tries."""
    rows = [repr(row) for model in ACCOUNTS for row in model.objects.values_list().order_by("pk")]
    return [*items(), *rows]


def addresses() -> Iterator[str]:
    """Yield the name, or where it has none the route, of each address below /admin/ and /submit/."""
    for pattern in get_resolver("dctech.urls").url_patterns:
        for name, route in _routes(pattern, ""):
            if route.startswith(("admin/", "submit/")):
                yield name or route


def _routes(pattern: object, prefix: str) -> Iterator[tuple[str, str]]:
    route = f"{prefix}{pattern.pattern}"
    if isinstance(pattern, URLPattern):
        yield pattern.name, route
    else:
        for each in pattern.url_patterns:
            yield from _routes(each, route)
