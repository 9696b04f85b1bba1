"""What an import did, in figures and warnings."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from collector.live_site.files import BrokenFile, Folder
from collector.live_site.plan import Planned
from collector.live_site.reading import FileWarning


@dataclass(slots=True)
class Row:
    """One folder's line."""

    folder: str
    files: int = 0
    broken: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """new, changed, unchanged, kept -> how many items"""
    warnings: int = 0
    pending: int = 0

    @property
    def items(self) -> int:
        return self.outcomes.total()


@dataclass(slots=True)
class Report:
    """What an import did, or would do where it is only tried."""

    rows: list[Row]
    warnings: list[FileWarning]
    broken: list[BrokenFile]
    losses: list[FileWarning] = field(default_factory=list)
    keys: int = 0
    """Keys of files that were held against what is stored."""
    markers: int = 0
    """Items for targets of a `duplicate_of` that have no file of their own."""
    writes: int = 0
    """Items written; each has a History record beside it, a marker has none."""

    @property
    def failed(self) -> bool:
        return bool(self.broken or self.losses)

    def total(self) -> Row:
        """Return the sum of all rows."""
        return Row(
            "total",
            sum(row.files for row in self.rows),
            sum(row.broken for row in self.rows),
            sum((row.outcomes for row in self.rows), Counter()),
            sum(row.warnings for row in self.rows),
            sum(row.pending for row in self.rows),
        )


def report_on(
    folders: Iterable[Folder], broken: list[BrokenFile], everything: Iterable[Planned]
) -> Report:
    """Return the report without its check; everything it counts has been planned, and written or not."""
    rows = {
        folder.name: Row(folder.name, len(folder.files) + len(folder.broken)) for folder in folders
    }
    warnings = [
        FileWarning(name, 1, "not imported: it is no YAML file")
        for folder in folders
        for name in folder.ignored
    ]
    for planned in everything:
        row = rows[planned.kind.folder]
        row.outcomes[planned.what] += 1
        row.pending += planned.is_pending
        warnings += [*planned.reading.warnings, *planned.warnings]
    for file in broken:
        rows[file.name.partition("/")[0]].broken += 1
    for warning in warnings:
        rows[warning.file.partition("/")[0]].warnings += 1
    return Report(list(rows.values()), sorted(warnings, key=_place), sorted(broken, key=_place))


def _place(found: FileWarning | BrokenFile) -> tuple[str, int]:
    return (found.file if isinstance(found, FileWarning) else found.name), found.line
