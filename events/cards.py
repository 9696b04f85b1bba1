"""The picture that goes with a shared link: 1200 by 630 pixels, drawn by Pillow.

Pillow is imported by who draws a card only. The fonts come with the package pymupdf-fonts, so a card
looks the same on every machine; FiraGO has Latin, Cyrillic, Greek, Hebrew, Arabic, Georgian and Thai.
"""

import io
import unicodedata
from bisect import bisect
from dataclasses import dataclass
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont, features
from pymupdf_fonts import FiraGO_Bold, FiraGO_Regular

WIDTH, HEIGHT = 1200, 630
MARGIN = 80
GROUND, PAPER = (0x12, 0x35, 0x5B), (0xFF, 0xFF, 0xFF)
INK, SOFT = 255, 205
"""A card is one byte a pixel, from the color of the ground (0) to that of paper (255)."""
COLUMN = WIDTH - 2 * MARGIN
TITLE_TOP, TITLE_BOTTOM = 206, 490
TITLE_SIZES = range(112, 39, -6)
MEASURED = 50
"""The size at which letters are measured once for all sizes."""
LINE = 1.16
MISSING = "\U0010fffe"
SHAPED = features.check("raqm")
"""Without it letters that run from right to left would stand the wrong way round: they are left out."""

Font = ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. `instead` stands for a title whose letters the font has not."""

    title: str
    when: str
    where: str
    site: str
    mark: str = ""
    instead: str = ""


@lru_cache(maxsize=64)
def draw(card: Card) -> bytes:
    """Return a PNG; the same bytes for the same card."""
    image = Image.new("L", (WIDTH, HEIGHT), 0)
    ink = ImageDraw.Draw(image)
    _draw_head(ink, card)
    ink.text(
        (MARGIN, 176), _one_line(card.when, _font(42, bold=True)), SOFT, _font(42, bold=True), "ls"
    )
    size, lines = _fitted(_title(card))
    for number, line in enumerate(lines):
        top = TITLE_TOP + number * size * LINE
        ink.text((MARGIN, top + size), line, INK, _font(size, bold=True), "ls")
    ink.line((MARGIN, 512, WIDTH - MARGIN, 512), 90, 3)
    ink.text((MARGIN, 572), _one_line(card.where, _font(38)), SOFT, _font(38), "ls")
    image.putpalette([_shade(level, part) for level in range(256) for part in range(3)])
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _shade(level: int, part: int) -> int:
    return GROUND[part] + (PAPER[part] - GROUND[part]) * level // 255


def _draw_head(ink: ImageDraw.ImageDraw, card: Card) -> None:
    """Draw the site's icon and name, and at the right what overrides all else: "Cancelled"."""
    for top, length in ((62, 44), (78, 44), (94, 26)):
        ink.line((MARGIN, top, MARGIN + length, top), INK, 8)
    mark, font = readable(card.mark), _font(34, bold=True)
    width = round(font.getlength(mark)) + 48 if mark else 0
    name = _one_line(card.site, _font(36), COLUMN - 64 - width)
    ink.text((MARGIN + 64, 92), name, SOFT, _font(36), "ls")
    if mark:
        left = WIDTH - MARGIN - width
        ink.rounded_rectangle((left, 50, WIDTH - MARGIN, 106), 10, INK)
        ink.text((left + 24, 91), mark, 0, font, "ls")


def _title(card: Card) -> str:
    """Return the title, or what stands for it where more than half of its letters would be missing."""
    title = readable(card.title)
    if 2 * _letters(title) >= _letters(unicodedata.normalize("NFC", card.title)) and title:
        return title
    return readable(card.instead) or readable(card.site)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


@lru_cache(maxsize=1024)
def _is_drawn(character: str) -> bool:
    if character.isspace():
        return True
    if unicodedata.category(character)[0] == "C" or "\ufe00" <= character <= "\ufe0f":
        return False  # joiners and variation selectors of emoji, drawn as a gap
    if not SHAPED and unicodedata.bidirectional(character) in {"R", "AL"}:
        return False
    glyph, missing = (_font(MEASURED).getmask(text) for text in (character, MISSING))
    return bool(glyph.getbbox()) and bytes(glyph) != bytes(missing)


def readable(text: str) -> str:
    """Return a text without what the font has not: emoji, most of all. They would be empty boxes."""
    kept = filter(_is_drawn, unicodedata.normalize("NFC", text[:500]))
    return " ".join("".join(kept).split())


@cache
def _font(size: int, *, bold: bool = False) -> Font:
    face = FiraGO_Bold if bold else FiraGO_Regular
    return ImageFont.truetype(io.BytesIO(face.fontbuffer), size)


def _fitted(title: str) -> tuple[int, list[str]]:
    """Return the greatest size at which the title fits, and its lines; at the smallest it is cut."""
    words = [(word, _font(MEASURED, bold=True).getlength(word)) for word in title.split()]
    for size in TITLE_SIZES:
        lines = _wrapped(words, COLUMN * MEASURED / size)
        most = int((TITLE_BOTTOM - TITLE_TOP) / (size * LINE))
        if len(lines) <= most:
            return size, lines
    rest = " ".join(lines[most - 1 :])
    return size, [*lines[: most - 1], _one_line(rest, _font(size, bold=True))]


def _wrapped(words: list[tuple[str, float]], room: float) -> list[str]:
    """Return lines of words, each with its length; a word that is longer than a line is broken."""
    lines: list[str] = []
    space = _font(MEASURED, bold=True).getlength(" ")
    left = 0.0
    for word, length in words:
        if lines and length + space <= left:
            lines[-1] += f" {word}"
            left -= length + space
            continue
        pieces = _broken(word, int(len(word) * room / length)) if length > room else [word]
        lines.extend(pieces)
        left = room - length * len(pieces[-1]) / len(word)
    return lines


def _broken(word: str, most: int) -> list[str]:
    return [word[start : start + most] for start in range(0, len(word), most)]


def _one_line(text: str, font: Font, width: int = COLUMN) -> str:
    """Return a text that fits one line, cut where it must be."""
    text = readable(text)
    if font.getlength(text) <= width:
        return text
    fitting = (
        bisect(range(len(text)), width, key=lambda end: int(font.getlength(f"{text[:end]}…"))) - 1
    )
    return f"{text[: max(fitting, 0)].rstrip(' ,')}…"
