"""No word of the pages and mails about accounts escapes the translators: ours, Django's and allauth's."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp

from tests.test_accounts import PASSWORD, made
from tests.test_accounts_pages import PAGES
from tests.test_translated_pages import brackets
from tests.test_translated_submissions import ADDRESS, escaped, escaped_by_mail

__all__ = ["brackets"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("tables"),
    pytest.mark.urls("dctech.urls"),
]

DOORS = ("login/", "signup/", "password/reset/", "confirm-email/", "inactive/", "2fa/authenticate/")


@pytest.mark.parametrize("path", DOORS)
def test_the_doors(client, path):
    assert escaped(client.get(f"/es/accounts/{path}", follow=True)) == set()


def test_the_doors_when_something_is_wrong(client):
    made("κάππα", email=ADDRESS)
    for path, wrong in {
        "login/": {"login": ADDRESS, "password": "ω"},
        "signup/": {"email": "κ@", "password1": "x", "password2": "y"},
        "password/reset/": {"email": "κ@"},
    }.items():
        assert escaped(client.post(f"/es/accounts/{path}", wrong)) == set()


def test_the_pages_of_an_account(client):
    user = made("κάππα", email=ADDRESS)
    answer = client.post("/es/accounts/login/", {"login": ADDRESS, "password": PASSWORD})
    assert answer["Location"] == "/es/accounts/"
    assert escaped(client.get("/es/accounts/reauthenticate/")) == set()
    client.post("/es/accounts/reauthenticate/", {"password": PASSWORD})
    pages = {path: escaped(client.get(f"/es{path}")) for path in PAGES}
    totp.TOTP.activate(user, totp.generate_totp_secret())
    pages |= {
        f"{path}, two steps": escaped(client.get(f"/es{path}"))
        for path in PAGES
        if "totp" not in path
    }
    assert {path: words for path, words in pages.items() if words} == {}
    assert Authenticator.objects.count() == 1


def test_the_mails_about_an_account(client, mailoutbox):
    new = {"email": ADDRESS, "password1": PASSWORD, "password2": PASSWORD}
    known = made("κάππα", email=f"known-{ADDRESS}").email
    client.post("/es/accounts/signup/", new)
    client.post("/es/accounts/signup/", new | {"email": known})
    client.post("/es/accounts/password/reset/", {"email": ADDRESS})
    client.post("/es/accounts/password/reset/", {"email": f"other-{ADDRESS}"})
    assert len(mailoutbox) == 4
    assert escaped_by_mail(mailoutbox) == set()
