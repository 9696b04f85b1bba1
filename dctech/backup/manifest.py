"""What a backup holds. It is written last: a folder without it is no backup."""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Self

from dctech.backup.errors import BackupError

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One table's file. `model` is the same wherever the tables have other names."""

    model: str
    table: str
    file: str
    items: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: dt.datetime
    """When it was begun: an item that changed later may be in it as it was before or after."""
    entries: tuple[Entry, ...]

    def as_json(self) -> bytes:
        entries = [asdict(entry) for entry in self.entries]
        said = {"format": FORMAT, "made_at": self.made_at.isoformat(), "tables": entries}
        return json.dumps(said, indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a manifest; raise BackupError for anything else."""
        try:
            said = json.loads(text)
            if said["format"] != FORMAT:
                raise BackupError(f"The backup has format {said['format']}; this reads {FORMAT}.")
            entries = tuple(Entry(**entry) for entry in said["tables"])
            return cls(dt.datetime.fromisoformat(said["made_at"]), entries)
        except (ValueError, KeyError, TypeError) as error:
            raise BackupError(f"{NAME} is no manifest of a backup: {error!r}") from error
