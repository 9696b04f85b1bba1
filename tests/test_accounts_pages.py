"""The pages of one's account, each as it is seen; and the second step, which a password alone does not take."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp

from tests.test_accounts import PASSWORD, log_in, made, who

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]

PAGES = {
    "/accounts/": "Your account",
    "/accounts/email/": "Email Addresses",
    "/accounts/password/change/": "Change Password",
    "/accounts/logout/": "Sign Out",
    "/accounts/2fa/": "Two-Factor Authentication",
    "/accounts/2fa/totp/activate/": "Activate Authenticator App",
    "/accounts/2fa/webauthn/add/": "Add Security Key",
    "/accounts/3rdparty/": "Account Connections",
}


@pytest.fixture
def signed_in(client):
    user = made()
    log_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return user


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_each_page_is_one_of_the_site(client, signed_in, path, title):
    answer = client.get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r"<h1[^>]*>\s*(.*?)\s*</h1>", page) == [title]
    assert re.search(r"<title>\s*\w.* . DC Tech Events</title>", page, re.DOTALL)
    assert '<header class="site">' in page
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_each_page_leads_to_the_door(client, path):
    answer = client.get(path)
    # Signing out is what has been done already.
    door = "/" if path == "/accounts/logout/" else f"/accounts/login/?next={path}"
    assert (answer.status_code, answer["Location"].replace("%2F", "/")) == (302, door)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_a_door_is_kept_by_no_cache(client, path):
    assert "no-store" in client.get(path)["Cache-Control"]


def test_an_error_is_beside_its_field_and_what_was_typed_stays(client):
    form = {"email": "ada@", "password1": "x", "password2": "x"}
    page = client.post("/accounts/signup/", form).content.decode()
    assert 'value="ada@"' in page
    assert re.search(r'id="id_email"[^>]*aria-describedby="id_email_error"', page) or re.search(
        r'aria-describedby="id_email_error"[^>]*id="id_email"', page
    )
    assert '<p class="error" id="id_email_error">Enter a valid email address.</p>' in page


def test_the_second_step_is_asked_for_at_the_admins_door_too(client):
    user = made(is_staff=True)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    assert log_in(client, next="/admin/")["Location"].startswith("/accounts/2fa/authenticate/")
    assert who(client) is None
    assert client.get("/admin/").status_code == 302
    step = int(time.time()) // 30
    code = totp.format_hotp_value(totp.hotp_value(secret, step))
    answer = client.post("/accounts/2fa/authenticate/?next=/admin/", {"code": code})
    assert answer["Location"] == "/admin/"
    assert who(client) == str(user.pk)


def test_a_passkey_is_offered_and_its_challenge_stays_on_the_server(client):
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with a passkey" in page
    answer = client.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    assert "challenge" in answer.json()["request_options"]["publicKey"]
    assert answer.json()["request_options"]["publicKey"]["challenge"] not in str(answer.cookies)
    assert not Authenticator.objects.exists()
