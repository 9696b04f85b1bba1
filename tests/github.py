"""A provider that speaks as GitHub does to allauth, on loopback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter

from tests.servers import FeedServer, ok


class GitHub:
    """Whoever signs in here is `login`, with the e-mail addresses that `emails` says."""

    def __init__(self, server: FeedServer) -> None:
        self.server = server
        self._answer("/login/oauth/access_token", {"access_token": "t", "token_type": "bearer"})
        self.says("ada", [("ada@example.org", True)])

    def says(self, login: str, emails: list[tuple[str, bool]], uid: int = 7) -> None:
        self._answer("/user", {"id": uid, "login": login, "name": login.title(), "email": None})
        found = [
            {"email": email, "primary": number == 0, "verified": verified}
            for number, (email, verified) in enumerate(emails)
        ]
        self._answer("/user/emails", found)

    def sign_in(self, client, **process):
        """Walk from the login page's button through the provider and back; return the page where it ends."""
        start = client.post("/accounts/github/login/", query_params=process)
        asked = urlsplit(start["Location"])
        assert asked.netloc == self.server.host
        state = parse_qs(asked.query)["state"][0]
        callback = {"code": "c", "state": state}
        return client.get("/accounts/github/login/callback/", callback, follow=True)

    def _answer(self, path: str, content: object) -> None:
        self.server[path] = ok(json.dumps(content).encode(), content_type="application/json")


@contextmanager
def provider(monkeypatch, settings) -> Iterator[GitHub]:
    settings.GITHUB_CLIENT_ID, settings.GITHUB_CLIENT_SECRET = "client", "secret"
    with FeedServer() as server:
        for name, path in {
            "access_token_url": "/login/oauth/access_token",
            "authorize_url": "/login/oauth/authorize",
            "profile_url": "/user",
            "emails_url": "/user/emails",
        }.items():
            monkeypatch.setattr(GitHubOAuth2Adapter, name, server.url(path))
        yield GitHub(server)
