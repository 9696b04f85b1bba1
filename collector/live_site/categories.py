"""`_categories`: a file per category, named by its slug."""

from collections.abc import Collection, Mapping
from typing import Any

from collector.live_site import reading as read
from collector.live_site.files import SourceFile
from collector.live_site.reading import Reading, read_keys
from events.models import Category

KEYS: Mapping[str, read.Converter] = {"name": read.text, "description": read.text}
GOVERNED = tuple(KEYS)


def read_category(file: SourceFile) -> Reading:
    """Return a category's values; raise BrokenFile when it has no name."""
    return read_keys(file, KEYS, required=["name"])


def category_of(reading: Reading) -> Category:
    return Category(slug=reading.file.stem, imported=reading.imported(), **reading.values)


def said(category: Category) -> dict[str, Any]:
    return {key: getattr(category, key) for key in KEYS}


def warn_of_unknown(reading: Reading, known: Collection[str]) -> None:
    """Warn of categories that no file describes. Without any known ones there is nothing to compare with."""
    for name in reading.values.get("categories") or ():
        if known and name not in known:
            reading.warn("categories", f"{name} is not a category we know: kept")
