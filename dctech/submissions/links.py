"""The submitter's own link: whoever has it may see and change the submission, so nobody can guess one.

An id may come to another submission once its own is gone, so a link holds the moment its submission was made as well.
"""

import datetime as dt

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from dctech.moderation import Moderated

SEPARATOR = "."
EPOCH = dt.datetime.fromtimestamp(0, dt.UTC)


def token(item: Moderated) -> str:
    """Return the part of the link that names the item and proves that we made it."""
    return str(_signer(item.KIND).sign(f"{item.key}{SEPARATOR}{_made(item)}"))


def item_of(kind: str, signed: str) -> Moderated | None:
    """Return what a link is about; None for a link that we never made, or whose item is gone."""
    try:
        key, _, made = _signer(kind).unsign(signed).rpartition(SEPARATOR)
    except signing.BadSignature:
        return None
    item = Moderated.of_kind(kind).find(key) if key else None
    return item if item and item.submitted_by and _made(item) == made else None


def private_link(item: Moderated) -> str:
    """Return the address of the submission's own page, in the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{settings.SITE_URL}{reverse(f'submitted-{item.KIND}', args=[token(item)])}"


def _made(item: Moderated) -> str:
    """Return the millisecond in which it was made, which is as exact as the table keeps it."""
    return str((item.created_at - EPOCH) // dt.timedelta(milliseconds=1))


def _signer(kind: str) -> signing.Signer:
    return signing.Signer(salt=f"dctech.submissions.{kind}", sep=SEPARATOR)
