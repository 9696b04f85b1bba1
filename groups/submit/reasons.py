"""Why a feed is not taken, in the reader's language; the collector's own words are for operators, in English."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REASONS = {
    "bad-url": gettext_lazy(
        "That is not an address that can be read: it begins with https:// or webcal://."
    ),
    "private-address": gettext_lazy(
        "That address is inside a private network, where we cannot and do not look."
    ),
    "dns": gettext_lazy("There is no host of that name. Is the address right?"),
    "connection": gettext_lazy("The host does not accept a connection."),
    "tls": gettext_lazy("The host could not prove who it is (its certificate is not valid)."),
    "timeout": gettext_lazy("The host took too long to answer. Try again in some minutes."),
    "deadline": gettext_lazy("The host took too long to answer. Try again in some minutes."),
    "http-401": gettext_lazy("The host wants a sign-in for that. Give a feed that is public."),
    "http-403": gettext_lazy("The host does not let us read that. Give a feed that is public."),
    "http-404": gettext_lazy("The host says that there is nothing at that address (404)."),
    "http-410": gettext_lazy("The host says that it has removed what was at that address (410)."),
    "too-many-redirects": gettext_lazy("The host sends us on and on, and never to a calendar."),
    "too-large": gettext_lazy("The feed is too large."),
    "web-page": gettext_lazy("This is a web page, not a calendar feed."),
    "empty": gettext_lazy("There is nothing at that address: the answer is empty."),
    "not-a-calendar": gettext_lazy("What is at that address is not a calendar."),
}


def reason(error: str, message: str) -> str:
    """Return the sentence for a kind of error; `message` is what the collector says of it."""
    known = REASONS.get(error)
    return str(known) if known else _("The feed cannot be read: %(message)s") % {"message": message}
