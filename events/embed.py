"""The list of a filter as a part of another site's page, and the script that gives it its height there."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from dctech.freshness import public_page
from events.days import DAY, by_day
from events.filters import PARAMETERS, BadFilter, Filter
from events.models import DAYS_AHEAD, Event
from events.views import wall_clock

SHOWN = 10
SHOWN_AT_MOST = 50
THEMES = ("light", "dark")
FILES = " ".join(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["style-src"])
POLICY = (
    f"default-src 'none'; style-src {FILES}; img-src {FILES}; script-src {FILES}; "
    "frame-ancestors *; base-uri 'none'; form-action 'none'"
)
SCRIPT = settings.BASE_DIR / "dctech/static/events-calendar.js"


@xframe_options_exempt  # outside: `public_page` answers with a copy, which knows the headers alone
@public_page(reads=[*PARAMETERS, "limit", "theme"])
def embed(request: HttpRequest) -> HttpResponse:
    """Show the beginning of what matches, without cookies, forms or anything else worth a stolen click."""
    try:
        wanted, theme = Filter.from_query(request.GET), _theme(request.GET)
        limit = _limit(request.GET)
    except BadFilter as mistake:
        return _framed(request, {"mistake": mistake}, status=400)
    now = wall_clock(timezone.now())
    upcoming = Event.upcoming(now, DAYS_AHEAD, wanted.states)
    found = [event for event in upcoming if wanted.matches(event)]
    context = {
        "days": by_day(found[:limit], now.date(), now.date() + DAYS_AHEAD * DAY),
        "today": now.date(),
        "total": len(found),
        "more": len(found) > limit,
        "days_ahead": DAYS_AHEAD,
        "query": wanted.query,
        "theme": theme,
    }
    return _framed(request, context)


@public_page
def script(_request: HttpRequest) -> HttpResponse:
    """Give the web component under an address that never changes: other sites paste it once."""
    response = HttpResponse(SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600, stale-while-revalidate=86400"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _framed(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, "events/embed.html", context, status=status)
    response["Content-Security-Policy"] = POLICY
    return response


def _theme(query: QueryDict) -> str:
    theme: str = query.get("theme", "")
    if theme and theme not in THEMES:
        raise BadFilter(
            _("There is no theme %(value)r; there are %(known)s.")
            % {"value": theme[:100], "known": ", ".join(THEMES)}
        )
    return theme


def _limit(query: QueryDict) -> int:
    limit = query.get("limit") or str(SHOWN)
    if limit not in map(str, range(1, SHOWN_AT_MOST + 1)):
        raise BadFilter(
            _("A limit is a number from 1 to %(most)s, not %(value)r.")
            % {"most": SHOWN_AT_MOST, "value": limit[:100]}
        )
    return int(limit)
