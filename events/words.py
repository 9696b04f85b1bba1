"""Texts as they are compared: without case and accents, and word by word."""

import re
import unicodedata

from events.models import Event

WORD = re.compile(r"[^\W_]+[+#]*")
"""Letters and digits, and what follows them in C++ and C#."""

SHORTEST_BEGINNING = 2
"""A single letter is a word, and no beginning of others."""


def folded(text: str) -> str:
    """Return a text without case and accents, to compare by."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared, each once."""
    plain = text.casefold() if text.isascii() else folded(text)
    return list(dict.fromkeys(WORD.findall(plain)))


def texts_of(event: Event) -> tuple[str, str, str, str, str]:
    """Return what an event says to those who look for words: title, who, subjects, place, how it begins."""
    others = [other.get("group_name") for other in event.also_published_by or ()]
    return (
        event.title,
        " ".join(filter(None, [event.group_name, *others])),
        " ".join(event.categories or ()),
        f"{event.city or ''} {event.location or ''}",
        event.excerpt or "",
    )


def says(words: list[str], asked: str) -> bool:
    """Tell whether one of these words is the asked one, or begins so."""
    if len(asked) < SHORTEST_BEGINNING:
        return asked in words
    return any(word.startswith(asked) for word in words)
