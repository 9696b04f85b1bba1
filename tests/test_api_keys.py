"""API keys: made and revoked in the admin, shown once, stored hashed; what each is refused for."""

import datetime as dt
import hashlib
import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from dctech.api.keys import ApiKey, Denied
from dctech.submissions.limits import Count
from tests.make import NOW

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

LIST = "/admin/dctech/apikey/"
QUEUE = "/api/admin/events/pending"
HOUR = dt.timedelta(hours=1)


def make(*scopes, now=NOW, **more):
    return ApiKey.make("Bot", scopes, by="user:ada", now=now, **more)


def ask(sent, status=200):
    headers = {"Authorization": sent} if sent is not None else {}
    response = Client().get(QUEUE, headers=headers)
    assert response.status_code == status, response.content
    return response


def test_a_key_is_stored_without_what_opens_it():
    key, sent = make("read", "moderate")
    mark, key_id, secret = sent.split("_")
    assert (mark, key_id, len(secret)) == ("dctech", key.key_id, 64)
    kept = ApiKey.find(key_id)
    assert kept.digest == hashlib.sha256(secret.encode()).hexdigest()
    table = "".join(str(item.serialize()) for item in ApiKey.query("keys"))
    assert (secret in table, key_id in table) == (False, True)


def test_a_key_opens_what_it_is_for():
    _key, sent = make("read")
    assert ask(f"Bearer {sent}").json() == {"items": [], "next": None}
    assert ask(f"bearer  {sent}")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("spoil", "error", "detail"),
    [
        (lambda sent: "Bearer", "invalid_token", "There is no such key."),
        (lambda sent: f"Bearer {sent[:-1]}", "invalid_token", "There is no such key."),
        (lambda sent: f"Bearer {sent[:-4]}0000", "invalid_token", "There is no such key."),
        (lambda sent: f"Bearer dctech_000000000000_{sent[-64:]}", "invalid_token", "There is no"),
    ],
)
def test_what_is_no_key_is_told(spoil, error, detail):
    response = ask(spoil(make("admin")[1]), 401)
    assert f'error="{error}"' in response["WWW-Authenticate"]
    assert response.json()["detail"].startswith(detail)


@pytest.mark.parametrize("sent", [None, "", "Basic YTpi", "Token x"])
def test_without_any_the_answer_says_how_to_identify_oneself(sent):
    """What is of another scheme may be for a proxy before the site: it is no key that was refused."""
    assert ask(sent, 401)["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_session_is_looked_at_beside_another_scheme(admin):
    assert admin.get(QUEUE, headers={"Authorization": "Basic YTpi"}).status_code == 200
    assert admin.get(QUEUE, headers={"Authorization": "Bearer x"}).status_code == 401


def test_an_expired_and_a_revoked_key_open_nothing():
    _key, expired = make("admin", expires_at=timezone.now() - HOUR)
    assert ask(f"Bearer {expired}", 401).json()["detail"] == "The key has expired."
    key, revoked = make("admin", expires_at=timezone.now() + HOUR)
    ask(f"Bearer {revoked}")
    key.revoke(timezone.now())
    response = ask(f"Bearer {revoked}", 401)
    assert response["WWW-Authenticate"] == (
        'Bearer realm="api", error="invalid_token", error_description="The key was revoked."'
    )


def test_a_scope_that_is_missing_is_said():
    response = ask(f"Bearer {make('submit-trusted')[1]}", 403)
    assert response["WWW-Authenticate"] == 'Bearer realm="api", error="insufficient_scope"'


def test_its_use_is_noted_once_an_hour(dynamodb_calls):
    _key, sent = make("read")
    calls = []
    for minutes in (0, 59, 60):
        dynamodb_calls.clear()
        ApiKey.opened_by(sent, NOW + dt.timedelta(minutes=minutes))
        calls.append(list(dynamodb_calls))
    assert calls == [["GetItem", "UpdateItem"], ["GetItem"], ["GetItem", "UpdateItem"]]
    with pytest.raises(Denied):
        ApiKey.opened_by(sent.upper(), NOW)


def test_a_key_may_ask_so_often_in_an_hour(settings):
    settings.API_REQUESTS_PER_KEY_AND_HOUR = 2
    sent = f"Bearer {make('read')[1]}"
    told = [ask(sent)["RateLimit-Remaining"] for _ in range(2)]
    refused = ask(sent, 429)
    assert (told, refused["RateLimit-Limit"]) == (["1", "0"], "2")
    assert refused["Retry-After"] == refused["RateLimit-Reset"]
    assert len(list(Count.query("limits#key"))) == 1
    ask(f"Bearer {make('read')[1]}")


@pytest.fixture
def admin(db):
    user = User.objects.create_user("ada", "ada@example.org", "secret")
    user.groups.add(Group.objects.get(name="Admin"))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_admin_makes_a_key_and_shows_it_once(admin):
    form = admin.get(f"{LIST}add/").content.decode()
    assert 'value="submit-trusted"' in form
    assert "Read, approve, reject and collect" in form  # what a key of the scope `moderate` may
    sent = {"name": "Bot", "scopes": ["read", "moderate"], "expires_at_0": "", "expires_at_1": ""}
    made = admin.post(f"{LIST}add/", sent)
    assert (made.status_code, made["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    [shown] = set(re.findall(r"dctech_[0-9a-f]{12}_[0-9a-f]{64}", made.content.decode()))
    [key] = ApiKey.all()
    assert (key.name, key.scopes, key.made_by) == ("Bot", ["read", "moderate"], "user:ada")
    ask(f"Bearer {shown}")
    for address in (LIST, f"{LIST}{key.key_id}/change/"):
        page = admin.get(address).content.decode()
        assert (key.key_id in page, shown[-64:] in page, key.digest in page) == (True, False, False)


def test_the_admin_revokes_a_key_for_good(admin):
    key, sent = make("read")
    page = f"{LIST}{key.key_id}/change/"
    assert admin.post(page, {"revoke": "on"}).status_code == 302
    ask(f"Bearer {sent}", 401)
    revoked = ApiKey.find(key.key_id).revoked_at
    assert admin.post(page, {"revoke": "on"}).status_code == 403
    assert ApiKey.find(key.key_id).revoked_at == revoked


@pytest.mark.parametrize("role", ["Moderator", "Editor"])
def test_nobody_else_makes_keys(admin, role):
    user = User.objects.create_user("bob", "bob@example.org", "secret")
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}add/", {"name": "x", "scopes": ["admin"]}).status_code == 403
    assert ApiKey.all() == []
