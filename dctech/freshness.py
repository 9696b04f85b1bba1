"""Public pages made once for each version of the calendar, and never stale for long.

A page is made when somebody asks for it and kept in this process. Each second at most, one cheap read asks which
version the calendar has; a page of another version is made again. Three traps:

- Indexes of DynamoDB are eventually consistent. What is made just after a change may not show it yet: it is
  provisional, and made once more when the index has had SETTLES seconds.
- A writer may be killed between its write and the new version. So a copy also ages out after KEPT seconds.
- At midnight "today" is another day, whatever the version says: no copy lives longer.
"""

import datetime as dt
import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.cache import get_conditional_response
from pynamodb.exceptions import GetError, PynamoDBException

from dctech.copies import Copies, Copy, Turns
from dctech.dynamodb import busy_or_away
from dctech.methods import View, read_only
from dctech.models import CalendarVersion

CHECKED = 1.0
"""Seconds between two reads of the version."""

SETTLES = 5.0
"""Seconds after which an index shows a change; DynamoDB's indexes take less than one as a rule."""

KEPT = 300.0

LONGEST_QUERY = 8_000
"""Characters; many servers and CDNs take no more, and pages say their query in many links."""

LOST_IN_304 = ("Warning", "Access-Control-Allow-Origin", "Content-Security-Policy")
"""What Django leaves out of a 304, and caches would go on without, or with the site's instead of the page's own."""

AWAY = 2.0
"""Seconds for which nobody is asked, after the tables did not answer."""

STALE = 3_600.0
"""Seconds after its time for which a copy is sent all the same, while the tables do not answer."""

OLD = {"Warning": '110 - "Response is Stale"', "Cache-Control": "public, max-age=0, s-maxage=5"}
"""How such a copy says what it is."""

PUBLIC = "public, max-age=0, s-maxage=60, stale-while-revalidate=300"


def until_midnight() -> float:
    """Return how many seconds are left of the day in the site's zone."""
    now = timezone.now()
    tomorrow = now.astimezone(settings.SITE_ZONE).date() + dt.timedelta(days=1)
    midnight = dt.datetime.combine(tomorrow, dt.time(), tzinfo=settings.SITE_ZONE)
    left: dt.timedelta = midnight.astimezone(dt.UTC) - now
    return left.total_seconds()


@dataclass(frozen=True, slots=True)
class Start:
    """What was known when a page was begun: all it says may be as old as that."""

    version: int
    ends_at: float
    provisional: bool


class Pages:
    """The copies of one process. `clock` gives seconds, `version` the calendar's number, `day_left` seconds as well."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        version: Callable[[], int] = CalendarVersion.current,
        day_left: Callable[[], float] = until_midnight,
    ) -> None:
        self._clock = clock
        self._read_version = version
        self._day_left = day_left
        self._copies = Copies()
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self.turns = Turns()
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        with self._asking, self._lock:
            self._copies.clear()
            self._version: int | None = None
            self._failure: PynamoDBException | None = None
            self._checked_at = self._failed_at = self.changed_at = float("-inf")
            """When the version was asked for, that failed, and it was found to have changed, in the clock's seconds."""

    def forget_version(self) -> None:
        """Ask for the version again at the next page."""
        with self._asking:
            self._checked_at = float("-inf")

    def version(self) -> int:
        """Return the calendar's version, at most CHECKED seconds old.

        One thread asks and the others wait: an answer that was long under way never replaces a newer one.
        """
        with self._asking:
            asked_at = self._clock()
            if self._failure is not None and asked_at - self._failed_at < AWAY:
                raise GetError("not asked again yet", self._failure.cause) from self._failure
            if self._version is None or asked_at - self._checked_at >= CHECKED:
                found = self._asked()
                if found != self._version:
                    self._version, self.changed_at = found, self._clock()
                self._checked_at = asked_at
            return self._version

    def _asked(self) -> int:
        """Read the version; remember for AWAY that nobody answers, so that each page need not wait to find out."""
        self._failure = None
        try:
            return self._read_version()
        except PynamoDBException as error:
            if busy_or_away(error):
                self._failure, self._failed_at = error, self._clock()
            raise

    def start(self) -> Start:
        """Begin a page."""
        version, now = self.version(), self._clock()
        ends_at = now + min(KEPT, self._day_left())
        return Start(version, ends_at, provisional=now - self.changed_at < SETTLES)

    def get(self, key: str) -> Copy | None:
        """Return a copy that is still good."""
        version, now = self.version(), self._clock()
        with self._lock:
            copy = self._copies.get(key)
            if copy is None or copy.version != version or now >= copy.ends_at:
                return None
            if copy.provisional and now - self.changed_at >= SETTLES:
                return None
            return copy

    def old(self, key: str) -> Copy | None:
        """Return a copy whose time was over STALE ago at most, for when no better one can be made."""
        with self._lock:
            copy = self._copies.get(key)
        return copy if copy and self._clock() < copy.ends_at + STALE else None

    def keep(self, key: str, start: Start, page: HttpResponse) -> Copy:
        """Keep a page, unless it is very large, and return it as it is to be sent."""
        etag = f'"{hashlib.sha256(page.content).hexdigest()[:32]}"'
        headers = {"Cache-Control": PUBLIC, **page.headers, "ETag": etag}
        copy = Copy(start.version, start.ends_at, start.provisional, page.content, headers)
        with self._lock:
            self._copies.keep(key, copy)
        return copy


pages = Pages()


def public_page(view: View | None = None, *, reads: Iterable[str] = ()) -> Any:
    """Make a view's page once for each version of the calendar; answer HEAD and If-None-Match from the copy.

    For pages that are the same for everybody; their headers are kept with them. What is not a plain 200 is not kept.
    `reads` names the parameters of the query that the view reads, in the order of links to it. It never sees another
    one, so no other makes a page of its own. `public_page(view, reads=["page"])` or `@public_page(reads=["page"])`.
    """
    if view is None:
        return partial(public_page, reads=reads)
    names = tuple(reads)

    @read_only
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _reduce_query(request, names)
        if len(request.META["QUERY_STRING"]) > LONGEST_QUERY:
            return HttpResponse(
                "This address is too long.\n", content_type="text/plain", status=414
            )
        key = request.get_full_path()
        try:
            copy = pages.get(key)
            if copy is None:
                with pages.turns.of(key):
                    made = pages.get(key) or _made(key, partial(view, request, *args, **kwargs))
                if isinstance(made, HttpResponseBase):
                    return made
                copy = made
        except PynamoDBException as error:
            copy = pages.old(key)
            if copy is None or not busy_or_away(error):
                raise
            copy = replace(copy, headers={**copy.headers, **OLD})
        return _sent(request, copy)

    return answer


def _reduce_query(request: HttpRequest, names: Iterable[str]) -> None:
    """Leave the named parameters in a request, in their order, for the view, its templates and the copy's key."""
    found = [(name, request.GET.getlist(name)) for name in names if name in request.GET]
    request.META["QUERY_STRING"] = urlencode(found, doseq=True, safe=",")
    request.GET = QueryDict(request.META["QUERY_STRING"])


def _made(key: str, view: Callable[[], HttpResponseBase]) -> Copy | HttpResponseBase:
    start = pages.start()
    page = view()
    if not isinstance(page, HttpResponse) or page.status_code != 200 or page.cookies:  # noqa: PLR2004
        return page
    return pages.keep(key, start, page)


def _sent(request: HttpRequest, copy: Copy) -> HttpResponse:
    response = HttpResponse(copy.body, headers=copy.headers)
    # By the ETag alone: what was hidden changes the bytes and no date.
    found = get_conditional_response(request, etag=copy.headers["ETag"], response=response)
    for name in LOST_IN_304:
        if name in copy.headers:
            found.headers[name] = copy.headers[name]
    return found
