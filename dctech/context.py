from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from dctech.languages import translations
from events.periods import Day, Month, Week

SECTIONS = {
    "home": _("Upcoming"),
    "virtual": _("Online"),
    "locations": _("Places"),
    "categories": _("Categories"),
    "groups": _("Groups"),
    "events": _("All events"),
    "search": _("Search"),
    "feeds": _("Subscribe"),
    "submit": _("Submit"),
}
"""URL names of the site's sections, in the order of its navigation, and what each is called there."""


def site(request):
    """Give every template the city's own names, and the way around."""
    return {
        "site_name": settings.SITE_NAME,
        "site_tagline": settings.SITE_TAGLINE,
        "site_timezone": settings.SITE_TIMEZONE,
        "site_address": settings.SITE_URL,
        "translations": SimpleLazyObject(partial(translations, request.get_full_path())),
        "sections": partial(_sections, request.path),
        "periods_now": _periods_now,
    }


def _sections(path):
    """Return the sections, the page itself and the one it belongs to marked as current."""
    found = []
    for name, label in SECTIONS.items():
        address = reverse(name)
        found.append({"url": address, "label": label, "current": _current(path, address)})
    return found


def _current(path, address):
    if path == address:
        return "page"
    return "true" if address != reverse("home") and path.startswith(address) else ""


def _periods_now():
    today = timezone.now().astimezone(settings.SITE_ZONE).date()
    return {"day": Day.around(today), "week": Week.around(today), "month": Month.around(today)}
