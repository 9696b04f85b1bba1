"""Who calls: a program by its key (RFC 6750), or somebody of the staff by the session of the admin."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from dctech.api.keys import ApiKey, Denied
from dctech.api.problems import Problem
from dctech.submissions.limits import BY_KEY, Standing, TooMany

APPS = {"event": "events", "group": "groups"}
"""kind of a moderated item -> the app that has its permissions"""


@dataclass(frozen=True, slots=True)
class Caller:
    """`key` or `user`, whichever it is; `by` as History names them."""

    by: str
    key: ApiKey | None = None
    user: Any = None

    def may(self, kind: str, action: str) -> bool:
        """Tell whether they may do this to items of a kind, as in the admin."""
        if self.key:
            return self.key.may(action)
        return bool(self.user.has_perm(f"{APPS[kind]}.{action}_{kind}"))

    def require(self, kind: str, *actions: str) -> None:
        """Raise Problem 403 unless they may do all of these."""
        missing = [action for action in actions if not self.may(kind, action)]
        if not missing:
            return
        headers = {}
        if self.key:
            headers["WWW-Authenticate"] = _challenge("insufficient_scope")
        raise Problem(403, f"That takes the right to {missing[0]} {kind}s.", headers=headers)


def caller_of(request: HttpRequest) -> Caller:
    """Return who calls an operation of the staff's, which authentication has found."""
    found: Caller = request.auth
    return found


def key_of(request: HttpRequest) -> ApiKey | None:
    """Return the key that a request was sent with; raise Problem 401 or 429.

    None for none: another scheme is none of ours (RFC 6750, 3.1), and may be for a proxy before the site.
    """
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    now = timezone.now()
    try:
        key = ApiKey.opened_by(sent.strip(), now)
    except Denied as denied:
        raise _unauthorized(denied.reason) from denied
    try:
        note(request, BY_KEY.take(key.key_id, now))
    except TooMany as limit:
        raise too_many(request, limit, "The key has made as many requests as it may.") from limit
    return key


def note(request: HttpRequest, standing: Standing) -> None:
    """Keep for the answer's headers what is left of the limit that is nearest to its end."""
    earlier: Standing | None = getattr(request, "standing", None)
    if earlier is None or standing.left < earlier.left:
        request.standing = standing


def too_many(request: HttpRequest, limit: TooMany, detail: str) -> Problem:
    """Return the answer to somebody who has used up a limit."""
    note(request, limit.standing)
    return Problem(429, detail, headers={"Retry-After": str(limit.seconds)})


class KeyAuth(HttpBearer):
    """An API key of the staff's."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        key = key_of(request)
        return Caller(f"key:{key.key_id}", key=key) if key else None

    def authenticate(self, request: HttpRequest, token: str) -> None:
        """Never asked: `__call__` knows why a key is refused."""


class StaffSession(APIKeyCookie):
    """The session of somebody who is signed in to the admin, with the CSRF token of its cookie in X-CSRFToken."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Caller | None:
        # Without the cookie nobody asks the accounts database.
        if self.param_name not in request.COOKIES or not request.user.is_authenticated:
            return None
        if check_csrf(request):
            raise Problem(403, "The CSRF token in X-CSRFToken is missing or wrong.")
        if not request.user.is_staff:
            raise Problem(403, "Only the staff may do that.")
        return Caller(f"user:{request.user.get_username()}", user=request.user)

    def authenticate(self, request: HttpRequest, key: str | None) -> None:
        """Never asked: `__call__` knows why a session is refused."""


STAFF = [KeyAuth(), StaffSession()]


def _unauthorized(reason: str) -> Problem:
    challenge = _challenge("invalid_token", reason)
    return Problem(401, reason, headers={"WWW-Authenticate": challenge})


def _challenge(error: str, description: str = "") -> str:
    told = f', error_description="{description}"' if description.isascii() and description else ""
    return f'Bearer realm="api", error="{error}"{told}'
