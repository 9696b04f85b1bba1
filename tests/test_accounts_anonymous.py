"""Whoever has no session costs the accounts' database nothing: a test without its mark fails if it is asked."""

import pytest

from dctech.cache import Cached
from tests import make

pytestmark = [pytest.mark.usefixtures("tables")]

PUBLIC = ["/", "/events/", "/groups/", "/categories/", "/search/?q=x", "/feeds/", "/about/"]
PUBLIC += ["/es/", "/events.ics", "/events.rss", "/nowhere/"]
DOORS = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
DOORS += ["/accounts/", "/admin/", "/es/accounts/login/"]


@pytest.mark.parametrize("path", PUBLIC + DOORS)
def test_an_anonymous_page_asks_neither_database_nor_cache(client, settings, path, monkeypatch):
    settings.GITHUB_CLIENT_ID = "client"
    make.event().save()
    asked = []
    monkeypatch.setattr(Cached, "get", lambda *key, **_more: asked.append(key))
    answer = client.get(path)
    assert answer.status_code in {200, 302, 404}
    assert asked == []
    assert list(Cached.query("cache")) == []
    assert "sessionid" not in answer.cookies


@pytest.mark.django_db
def test_a_public_page_is_the_same_for_whoever_is_signed_in(client, admin_user):
    make.event().save()
    before = client.get("/")
    client.force_login(admin_user)
    after = client.get("/")
    assert after.content == before.content
    assert "Cookie" not in after.get("Vary", "")
    assert "no-store" not in after["Cache-Control"]


@pytest.mark.parametrize("cookie", ["sessionid=abc", "csrftoken=abc", "sessionid=; csrftoken=?"])
@pytest.mark.parametrize("path", ["/", "/es/", "/events.ics", "/search/?q=x", "/api/events"])
def test_no_cache_is_given_a_cookie(client, path, cookie):
    """One that Django cannot read is replaced where the answer is its sender's alone."""
    answer = client.get(path, headers={"Cookie": cookie})
    assert "public" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_the_doors_are_in_the_pages_language(client):
    page = client.get("/es/accounts/login/").content.decode()
    assert '<html lang="es">' in page
    assert "Iniciar sesión" in page
    assert 'action="/es/accounts/login/"' in page
    assert 'name="robots" content="noindex"' in page


def test_the_way_to_github_is_on_the_login_page(client, settings):
    settings.GITHUB_CLIENT_ID = "client"
    assert (
        'href="/accounts/github/login/?process=login"'
        in client.get("/accounts/login/").content.decode()
    )
