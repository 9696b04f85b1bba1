"""`_recurring_events`: a file per event with a rule. The collector puts its occurrences."""

from collections.abc import Collection, Mapping
from typing import Any

from collector.live_site import events
from collector.live_site import reading as read
from collector.live_site.categories import warn_of_unknown
from collector.live_site.files import SourceFile
from collector.live_site.reading import Reading, read_keys
from collector.models import Series

KEYS: Mapping[str, read.Converter] = {**events.KEYS, "time": read.clock, "rrule": read.rule}


def read_series(file: SourceFile, known_categories: Collection[str]) -> Reading:
    """Return a series' values; raise BrokenFile when title, date or rule is missing."""
    reading = read_keys(file, KEYS, required=["title", "date", "rrule"])
    warn_of_unknown(reading, known_categories)
    return reading


def series_of(reading: Reading) -> Series:
    definition = {key: value for key, value in reading.values.items() if value is not None}
    return Series("series", reading.file.stem, definition=definition, imported=reading.imported())


def said(series: Series) -> dict[str, Any]:
    return {key: series.definition.get(key) for key in KEYS}
