"""The submitter's own link: whoever has it may see and change the submission, so nobody can guess one."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from dctech.moderation import Moderated


def token(item: Moderated) -> str:
    """Return the part of the link that names the item and proves that we made it."""
    return str(_signer(item.KIND).sign(item.key))


def item_of(kind: str, signed: str) -> Moderated | None:
    """Return what a link is about; None for a link that we never made, or whose item is gone."""
    try:
        item = Moderated.of_kind(kind).find(_signer(kind).unsign(signed))
    except signing.BadSignature:
        return None
    return item if item and item.submitted_by else None


def private_link(item: Moderated) -> str:
    """Return the address of the submission's own page, in the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{settings.SITE_URL}{reverse(f'submitted-{item.KIND}', args=[token(item)])}"


def _signer(kind: str) -> signing.Signer:
    return signing.Signer(salt=f"dctech.submissions.{kind}", sep=".")
