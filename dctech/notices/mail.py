"""One notice in words, and its way out by e-mail."""

import dataclasses
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

HEADERS = {"Auto-Submitted": "auto-generated"}
"""RFC 3834: nobody's holiday reply answers it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """What somebody is told, in the site's language."""

    subject: str
    paragraphs: Sequence[str]
    quoted: str = ""
    """A person's own words, set apart from the site's."""
    links: Sequence[tuple[str, str]] = ()
    """(what is there, its address)"""

    @property
    def text(self) -> str:
        return str(self._rendered("mail/message.txt")).strip() + "\n"

    @property
    def html(self) -> str:
        return str(self._rendered("mail/message.html"))

    def send(self, recipients: Sequence[str]) -> None:
        """Send it to all of them as one mail; raise OSError when the mail server does not take it."""
        mail = EmailMultiAlternatives(
            one_line(self.subject),
            self.text,
            to=recipients,
            reply_to=settings.REPLY_TO_EMAIL,
            headers=HEADERS,
        )
        mail.attach_alternative(self.html, "text/html")
        mail.send()

    def _rendered(self, template: str) -> str:
        context = dataclasses.asdict(self) | {
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
        }
        with translation.override(settings.LANGUAGE_CODE):
            return str(render_to_string(template, context))


def one_line(text: str) -> str:
    """Return a text without its line breaks, which a mail's header must not have."""
    return " ".join(text.split())
