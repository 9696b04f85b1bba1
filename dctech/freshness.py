"""Public pages made once for each version of the calendar, and never stale for long.

A page is made when somebody asks for it and kept in this process. Each second at most, one cheap read asks which
version the calendar has; a page of another version is made again. Two traps:

- Indexes of DynamoDB are eventually consistent. What is made just after a change may not show it yet: it is
  provisional, and made once more when the index has had SETTLES seconds.
- A writer may be killed between its write and the new version. So a copy also ages out after KEPT seconds.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from dctech.models import CalendarVersion

CHECKED = 1.0
"""Seconds between two reads of the version."""

SETTLES = 5.0
"""Seconds after which an index shows a change; DynamoDB's indexes take less than one as a rule."""

KEPT = 300.0
COPIES = 500
"""Pages kept in a process, the least lately used go first."""

CORS = "Access-Control-Allow-Origin"
PUBLIC = "public, max-age=0, s-maxage=60, stale-while-revalidate=300"

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Copy:
    version: int
    made_at: float
    provisional: bool
    body: bytes
    headers: Mapping[str, str]


class Pages:
    """The copies of one process. `clock` gives seconds, `version` the calendar's number."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        version: Callable[[], int] = CalendarVersion.current,
    ) -> None:
        self._clock = clock
        self._read_version = version
        self._copies: OrderedDict[str, Copy] = OrderedDict()
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._copies.clear()
            self._version: int | None = None
            self._checked_at = self.changed_at = float("-inf")
            """When the version was asked for, and when it was found to have changed, in the clock's seconds."""

    def forget_version(self) -> None:
        """Ask for the version again at the next page."""
        self._checked_at = float("-inf")

    def version(self) -> int:
        """Return the calendar's version, at most CHECKED seconds old."""
        now = self._clock()
        if self._version is None or now - self._checked_at >= CHECKED:
            found = self._read_version()
            if found != self._version:
                self._version, self.changed_at = found, now
            self._checked_at = now
        return self._version

    def get(self, key: str) -> Copy | None:
        """Return a copy that is still good."""
        version, now = self.version(), self._clock()
        with self._lock:
            copy = self._copies.get(key)
            if copy is None or copy.version != version or now - copy.made_at >= KEPT:
                return None
            if copy.provisional and now - self.changed_at >= SETTLES:
                return None
            self._copies.move_to_end(key)
            return copy

    def keep(self, key: str, version: int, page: HttpResponse) -> Copy:
        """Keep a page that was begun at `version`, and return it."""
        now = self._clock()
        provisional = now - self.changed_at < SETTLES
        etag = f'"{hashlib.sha256(page.content).hexdigest()[:32]}"'
        headers = {"Cache-Control": PUBLIC, **page.headers, "ETag": etag}
        copy = Copy(version, now, provisional, page.content, headers)
        with self._lock:
            self._copies[key] = copy
            self._copies.move_to_end(key)
            while len(self._copies) > COPIES:
                self._copies.popitem(last=False)
        return copy


pages = Pages()


def public_page(view: View) -> View:
    """Make a view's page once for each version of the calendar; answer HEAD and If-None-Match from the copy.

    For pages that are the same for everybody; their headers are kept with them. What is not a plain 200 is not kept.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        key = request.get_full_path()
        copy = pages.get(key)
        if copy is None:
            version = pages.version()
            made = view(request, *args, **kwargs)
            if not isinstance(made, HttpResponse) or made.status_code != 200 or made.cookies:  # noqa: PLR2004
                return made
            copy = pages.keep(key, version, made)
        response = HttpResponse(copy.body, headers=copy.headers)
        # By the ETag alone: what was hidden changes the bytes and no date.
        found = get_conditional_response(request, etag=copy.headers["ETag"], response=response)
        if CORS in copy.headers:
            found.headers[CORS] = copy.headers[CORS]  # Django's 304 leaves it out
        return found

    return answer
