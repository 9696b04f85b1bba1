"""Fields of what people type: one line, several, an address of the web."""

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
JOINERS = frozenset("\u200c\u200d")
"""Inside a word or an emoji they decide what is seen: Persian, Hindi, families."""
TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))
"""They tell flags of regions apart."""
BLANK = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters of Korean that are drawn as nothing."""


def clean_text(text: str) -> str:
    """Return a text without control characters and what cannot be seen, with plain line ends."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        letter
        for before, letter, after in zip(f" {text}", text, f"{text[1:]} ", strict=False)
        if letter in "\n\t"
        or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
        or (letter in JOINERS and _visible(before) and _visible(after))
        or letter in TAGS
    )


def says_something(text: str) -> bool:
    """Tell whether a text has a letter or a digit."""
    return any(unicodedata.category(letter)[0] in "LN" and letter not in BLANK for letter in text)


def _visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "CZ"


class Line(forms.CharField):
    def to_python(self, value: Any) -> str | None:
        return " ".join(clean_text(str(value or "")).split()) or self.empty_value

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.required and not says_something(value):
            raise forms.ValidationError(_("Write at least one letter or digit."))


class Lines(forms.CharField):
    """Several lines."""

    widget = forms.Textarea(attrs={"rows": 8})

    def to_python(self, value: Any) -> str | None:
        return clean_text(str(value or "")).strip() or self.empty_value


class Passage(Lines):
    """Several lines of a stranger, with a few links: advertising has many."""

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
