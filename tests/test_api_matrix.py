"""Each operation of the API for each kind of caller: a new one fails here until it is said who may do it."""

import json
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from collector.models import Feed
from dctech.api import urls
from dctech.api.description import described
from dctech.api.keys import SCOPES, ApiKey
from dctech.models import History
from dctech.moderation import Act, Batch
from tests import make, staff
from tests.make import NOW

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("tables"),
    pytest.mark.urls("dctech.urls"),
]

assert urls.urlpatterns, "with them the API knows its operations"

PEOPLE = ("member", "viewer", "Moderator", "Editor", "Admin")
TOKEN = "x" * 32
CALLERS = (
    "anonymous",
    *PEOPLE,
    "wrong csrf",
    *(f"key {scope}" for scope in SCOPES),
    "expired key",
    "revoked key",
)

VIEWERS = {"viewer", "Moderator", "Editor", "Admin", "key read", "key moderate", "key admin"}
DECIDERS = {"Moderator", "Editor", "Admin", "key moderate", "key admin"}
EDITORS = {"Editor", "Admin", "key admin"}
UNKNOWN = {"anonymous", "expired key", "revoked key"}

PUBLIC = {
    "get_event", "get_group", "get_health", "get_openapi", "get_week", "list_categories",
    "list_events", "list_events_upcoming", "list_events_virtual", "list_group_events",
    "list_groups", "list_locations",
}  # fmt: skip


@dataclass(frozen=True)
class Staffed:
    """Who may (answered `status`), and a body that is valid."""

    who: set[str]
    body: object = None
    status: int = 200


DELETE = Staffed(EDITORS, status=204)
BULK = {"action": "approve", "ids": ["none"]}
RULES = {
    "check_health": Staffed(VIEWERS),
    "read_feeds": Staffed(VIEWERS),
    "read_stats": Staffed(VIEWERS),
    "read_bulk": Staffed(VIEWERS),
    "continue_bulk": Staffed(DECIDERS),
    "undo_bulk": Staffed(DECIDERS),
    "collect_group": Staffed(DECIDERS, status=409),  # it has no feed
}
for _kind in ("event", "group"):
    RULES |= {
        **{
            f"list_{status}_{_kind}s": Staffed(VIEWERS)
            for status in ("pending", "approved", "rejected")
        },
        f"act_on_{_kind}s": Staffed(DECIDERS, BULK),
        f"read_staff_{_kind}": Staffed(VIEWERS),
        f"read_{_kind}_history": Staffed(VIEWERS),
        f"approve_{_kind}": Staffed(DECIDERS),
        f"reject_{_kind}": Staffed(DECIDERS, {"reason": "No"}),
        f"edit_{_kind}": Staffed(EDITORS, {"description": "New"}),
        f"delete_{_kind}": DELETE,
        f"undo_{_kind}": Staffed(EDITORS),  # of an edit
        f"restore_{_kind}": Staffed(EDITORS, {"entry_id": None}, 404),  # it was not deleted
    }
SUBMITTING = {"submit_event", "submit_group"}
OPERATIONS = {
    operation["operationId"]: (method.upper(), path)
    for path, methods in described()["paths"].items()
    for method, operation in methods.items()
}


def test_each_operation_is_listed():
    assert sorted(OPERATIONS) == sorted({*RULES, *PUBLIC, *SUBMITTING})


def test_each_operation_of_the_staff_says_that_it_needs_a_key_or_a_session():
    secured = {
        operation["operationId"]
        for methods in described()["paths"].values()
        for operation in methods.values()
        if operation.get("security") == [{"KeyAuth": []}, {"StaffSession": []}]
    }
    assert secured == set(RULES)


@pytest.fixture
def filled():
    """Return what stands in an address: an event, a group and a bulk act, all as nobody has touched them."""
    event = make.event(status="pending", source_type="submission", event_id="a" * 64)
    group = make.group("pythons", status="pending", ical=None)
    for item in (event, group):
        item.save()
        item.edit(Act("user:bob", NOW), {"description": "Old"})
    batch = Batch.begin("event", "approved", ["none"], Act("user:bob", NOW))
    return {
        "event_id": event.key,
        "group_id": group.key,
        "batch_id": batch.sort,
        "week": "2026-W36",
    }


def caller(name):
    """Return a client, and the headers that it sends."""
    if name == "anonymous":
        return Client(), {}
    if "key" in name:
        return Client(), {"Authorization": f"Bearer {key(name)}"}
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["csrftoken"] = TOKEN
    return client, {"X-CSRFToken": "y" * 32 if name == "wrong csrf" else TOKEN}


def key(name):
    scopes = [name.removeprefix("key ")] if name.startswith("key ") else list(SCOPES)
    expires_at = NOW.replace(year=2020) if name == "expired key" else None
    made, sent = ApiKey.make("Bot", scopes, by="user:ada", now=NOW, expires_at=expires_at)
    if name == "revoked key":
        made.revoke(timezone.now())
    return sent


def person(name):
    if name == "viewer":
        return staff.user("ada", "viewer")
    user = User.objects.create_user("ada", "ada@example.org", "secret")
    if name != "member":
        user.groups.add(Role.objects.get(name="Admin" if name == "wrong csrf" else name))
    return User.objects.get(pk=user.pk)


def ask(operation, name, filled, body=None):
    method, path = OPERATIONS[operation]
    client, headers = caller(name)
    sent = "" if body is None else json.dumps(body)
    kind = {"content_type": "application/json"} if method in {"POST", "PUT"} else {}
    response = client.generic(method, path.format(**filled), sent, headers=headers, **kind)
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
    return response


def expected(rule, operation, name):
    if name in UNKNOWN:
        return 401
    if name == "wrong csrf":
        return rule.status if OPERATIONS[operation][0] == "GET" else 403
    return rule.status if name in rule.who else 403


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("operation", sorted(RULES))
def test_who_of_the_staff_may(operation, name, filled):
    rule = RULES[operation]
    before = everything()
    response = ask(operation, name, filled, rule.body)
    wanted = expected(rule, operation, name)
    assert response.status_code == wanted, response.content
    assert ("WWW-Authenticate" in response) == (wanted == 401 or (wanted == 403 and "key" in name))
    if wanted in {401, 403}:
        assert everything() == before


def everything():
    return sorted((entry.object_id, entry.entry_id) for entry in History.scan()), len(Feed.all())


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("operation", sorted(SUBMITTING))
def test_the_key_of_who_submits_is_looked_at_before_the_body(operation, name, filled):
    refused = 401 if name in {"expired key", "revoked key"} else 422
    assert ask(operation, name, filled, {}).status_code == refused


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("operation", sorted(SUBMITTING))
def test_anybody_may_submit_but_with_a_key_that_opens_nothing(operation, name, filled):
    """A body without fields is told what is missing: it has come past everything else."""
    refused = 401 if name in {"expired key", "revoked key"} else 422
    body = {"title": "", "date": "", "submitter_email": ""}
    if operation == "submit_group":
        body = {"name": "", "website": "", "ical": "", "submitter_email": ""}
    assert ask(operation, name, filled, body).status_code == refused


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("operation", sorted(PUBLIC))
def test_what_is_public_is_so_for_everybody(operation, name, filled):
    status = ask(operation, name, filled).status_code
    assert status == (404 if operation in {"get_event", "get_group", "list_group_events"} else 200)
