"""The proof that nothing was lost: what is stored, read again and held against each key of each file."""

from typing import Any

from collector.live_site.plan import Planned
from collector.live_site.reading import FileWarning


def losses(planned: Planned, stored: Any | None) -> list[FileWarning]:
    """Return what of a file its stored item does not say. Values stay out of the messages: some are private."""
    reading = planned.reading
    file = reading.file
    if stored is None:
        return [FileWarning(file.name, 1, "lost: it is not stored")]
    kept = stored.imported or {}
    lost = [
        FileWarning(file.name, 1, f"lost: {part} as imported")
        for part, value in reading.imported().items()
        if kept.get(part) != value
    ]
    if planned.what == "kept":
        return lost
    said = planned.kind.said(stored)
    for key, value in file.fields.items():
        if value is None or key in reading.unknown:
            continue
        if said.get(key) != reading.values.get(key):
            lost.append(FileWarning(file.name, file.lines.get(key, 1), f"lost: {key}"))
    return lost
