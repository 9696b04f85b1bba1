"""Fields of what strangers type: one line, a passage, an address of the web."""

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

MOST_LINKS = 5
LINK_LENGTH = 2_000
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn round what follows them."""


def clean_text(text: str) -> str:
    """Return a text without control characters, with plain line ends."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        letter
        for letter in text
        if letter in "\n\t"
        or not (unicodedata.category(letter) in {"Cc", "Cs"} or letter in OVERRIDES)
    )


class Line(forms.CharField):
    def to_python(self, value: Any) -> str:
        return " ".join(clean_text(str(value or "")).split())


class Passage(forms.CharField):
    """Several lines with a few links: advertising has many."""

    widget = forms.Textarea(attrs={"rows": 8})

    def to_python(self, value: Any) -> str:
        return clean_text(str(value or "")).strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        count = len(LINK.findall(value))
        if count > MOST_LINKS:
            raise forms.ValidationError(
                ngettext_lazy(
                    "There is %(count)d link in it, and at most %(most)d are taken.",
                    "There are %(count)d links in it, and at most %(most)d are taken.",
                    count,
                )
                % {"count": count, "most": MOST_LINKS}
            )


class WebAddress(forms.URLField):
    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=LINK_LENGTH, assume_scheme="https", **more)

    def clean(self, value: Any) -> str:
        cleaned: str = super().clean(clean_text(str(value or "")).strip())
        parts = urlsplit(cleaned)
        if cleaned and parts.scheme.lower() not in {"http", "https"}:
            raise forms.ValidationError(_("Give an address that begins with http:// or https://."))
        if "@" in parts.netloc:
            raise forms.ValidationError(_("Give the address without a user name or password."))
        return cleaned
