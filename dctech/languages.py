"""A page's language is in its path and nowhere else: one address, one text, for every cache and every reader."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.translation import gettext_noop

# Django's own Spanish has them without the space that Spanish wants.
MERIDIEMS = (gettext_noop("a.m."), gettext_noop("p.m."))

Answer = Callable[[HttpRequest], HttpResponse]


def language_from_path(get_response: Answer) -> Answer:
    """Answer each request in its path's language; Django's LocaleMiddleware would ask cookie and header as well."""

    def answer(request: HttpRequest) -> HttpResponse:
        with translation.override(_language_of(request.path_info)):
            return get_response(request)

    return answer


def _language_of(path: str) -> str:
    first = path.split("/", 2)[1:2]
    site = str(settings.LANGUAGE_CODE)
    return next((code for code, _ in settings.LANGUAGES if [code] == first), site)


def translations(address: str) -> list[dict[str, object]]:
    """Return where a page is in each language; what is in one language only `leads` to the other one's home."""
    current = translation.get_language()
    return [
        {
            "code": code,
            "name": name,
            "current": code == current,
            "default": code == settings.LANGUAGE_CODE,
            **_place(address, code, current),
        }
        for code, name in settings.LANGUAGES
    ]


def _place(address: str, code: str, current: str | None) -> dict[str, object]:
    translated = address if code == current else str(translate_url(address, code))
    if code == current or translated != address:
        return {"address": translated, "leads": False}
    with translation.override(code):
        return {"address": str(reverse("home")), "leads": True}
