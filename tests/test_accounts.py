"""Signing up, in, and back in; tests/test_accounts_databases.py has this on PostgreSQL as well."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from tests import github

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]

PASSWORD = "a-long-secret-7"


def made(username="grace", *, email=None, verified=True, **more):
    email = email or f"{username}@example.org"
    user = User.objects.create_user(username, email, PASSWORD, **more)
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    return user


def log_in(client, login="grace@example.org", password=PASSWORD, **more):
    form = {"login": login, "password": password}
    return client.post("/accounts/login/", form, query_params=more)


def who(client):
    return client.session.get("_auth_user_id")


def link(message):
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", message.body)[1]


@pytest.fixture
def provider(monkeypatch, settings):
    with github.provider(monkeypatch, settings) as found:
        yield found


def test_signing_up_confirming_and_signing_in(client, mailoutbox):
    form = {"email": "ada@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post("/accounts/signup/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
    user = User.objects.get()
    assert (user.username, user.is_staff, who(client)) == ("ada", False, None)
    assert log_in(client, "ada@example.org")["Location"] == "/accounts/confirm-email/"
    assert who(client) is None
    message = mailoutbox[0]
    assert message.to == ["ada@example.org"]
    assert message.subject == "[DC Tech Events] Please Confirm Your Email Address"
    assert "Hello from DC Tech Events!" in message.body
    client.post(link(message))
    assert EmailAddress.objects.get().verified
    assert log_in(client, "ada@example.org")["Location"] == "/accounts/"
    assert who(client) == str(user.pk)
    page = client.get("/accounts/").content.decode()
    assert "ada@example.org" in page


def test_whoever_signs_up_with_a_known_address_learns_nothing(client, mailoutbox):
    made()
    form = {"email": "grace@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post("/accounts/signup/", form)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert User.objects.count() == 1
    assert [message.subject for message in mailoutbox] == [
        "[DC Tech Events] Account Already Exists"
    ]


def test_a_wrong_password_is_refused_with_what_was_typed(client):
    made()
    answer = log_in(client, password="wrong")
    assert answer.status_code == 200
    assert 'value="grace@example.org"' in answer.content.decode()
    assert "are not correct" in answer.content.decode()
    assert who(client) is None


def test_a_session_is_in_the_database_and_ends_there(client):
    made()
    log_in(client)
    assert client.get("/accounts/").status_code == 200
    assert client.cookies["sessionid"]["httponly"]
    Session.objects.all().delete()
    assert client.get("/accounts/")["Location"] == "/accounts/login/?next=/accounts/"


def test_a_password_is_reset_by_the_link_in_an_e_mail(client, mailoutbox):
    made()
    client.post("/accounts/password/reset/", {"email": "grace@example.org"})
    page = client.get(link(mailoutbox[0]), follow=True)
    form = {"password1": "another-secret-8", "password2": "another-secret-8"}
    client.post(page.redirect_chain[-1][0], form)
    assert log_in(client).status_code == 200
    assert log_in(client, password="another-secret-8")["Location"] == "/accounts/"


def test_a_reset_for_an_unknown_address_looks_the_same(client, mailoutbox):
    made()
    known = client.post("/accounts/password/reset/", {"email": "grace@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])


def test_a_superuser_signs_in_to_the_admin_at_once(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser", "--noinput", "--username=root", "--email=root@example.org", verbosity=0
    )
    door = client.get("/admin/login/?next=/admin/")
    assert door["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    assert log_in(client, "root@example.org", next="/admin/")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_superuser_made_without_a_terminal_chooses_a_password_by_mail(client, mailoutbox):
    """The runbook's line: nothing there asks for a password, and none is in its environment."""
    call_command(
        "createsuperuser", "--noinput", "--username=root", "--email=root@example.org", verbosity=0
    )
    assert log_in(client, "root@example.org", password="").status_code == 200
    client.post("/accounts/password/reset/", {"email": "root@example.org"})
    page = client.get(link(mailoutbox[0]), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert log_in(client, "root@example.org", next="/admin/")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_superuser_needs_an_address_to_sign_in_with(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match="An --email is needed"):
        call_command("createsuperuser", "--noinput", "--username=root", "--email=", verbosity=0)
    assert not User.objects.exists()


def test_github_signs_in_and_makes_nobody_staff(client, provider):
    page = provider.sign_in(client)
    user = User.objects.get()
    assert page.request["PATH_INFO"] == "/accounts/"
    assert (user.username, user.email) == ("ada", "ada@example.org")
    assert (user.is_staff, user.is_superuser, user.groups.count()) == (False, False, 0)
    assert who(client) == str(user.pk)
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/login/").status_code == 403


def test_github_knows_an_account_again(client, provider):
    provider.sign_in(client)
    client.post("/accounts/logout/")
    provider.says("ada-renamed", [("new@example.org", True)])
    provider.sign_in(client)
    assert User.objects.get().username == "ada"


def test_an_address_that_github_has_not_verified_is_confirmed_first(client, provider, mailoutbox):
    provider.says("ada", [("ada@example.org", False)])
    page = provider.sign_in(client)
    assert page.request["PATH_INFO"] == "/accounts/confirm-email/"
    assert who(client) is None
    assert mailoutbox[0].to == ["ada@example.org"]


@pytest.mark.parametrize("verified", [True, False])
def test_github_never_takes_over_an_account_with_the_same_address(client, provider, verified):
    made("owner", email="ada@example.org", is_staff=True)
    provider.says("ada", [("ada@example.org", verified)])
    provider.sign_in(client)
    assert who(client) is None
    assert not SocialAccount.objects.exists()
    assert User.objects.get().username == "owner"


def test_github_is_connected_to_the_account_one_is_in(client, provider):
    user = made("owner", email="ada@example.org")
    log_in(client, "ada@example.org")
    page = provider.sign_in(client, process="connect")
    assert page.request["PATH_INFO"] == "/accounts/reauthenticate/"
    assert not SocialAccount.objects.exists()
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer["Location"] == "/accounts/3rdparty/"
    assert SocialAccount.objects.get().user == user
    assert "GitHub" in client.get("/accounts/").content.decode()


def test_without_github_there_is_no_such_button_or_page(client):
    assert "github" not in client.get("/accounts/login/").content.decode().lower()
    assert client.post("/accounts/github/login/").status_code == 404
