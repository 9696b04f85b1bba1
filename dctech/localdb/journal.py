"""The engine's journal: one file, one line per change, written before the change is acknowledged.

A line is the CRC-32 of its text (8 hexadecimal digits), a space, and a record as JSON. It is handed to the
operating system with one write and no buffer of our own, so killing the process loses nothing that was
acknowledged. It is not fsynced: a power failure may cost the last seconds (only a rewrite is fsynced).
"""

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dctech.localdb.errors import JournalError

Record = dict[str, Any]
REWRITE_BYTES = 32_000_000


class Journal:
    """A journal opened for appending; `rewrite` makes it compact."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab", buffering=0)
        self._compact_size = 0

    def append(self, record: Record) -> None:
        """Write one record; raise OSError when the disk does not take it (what is then in the file is torn)."""
        _write(self._file.fileno(), _line(record))

    def rewrite(self, records: Iterable[Record]) -> None:
        """Replace the journal by these records: into a new file first, then renamed over the old one."""
        new = self.path.with_suffix(".new")
        with new.open("wb") as file:
            file.writelines(_line(record) for record in records)
            file.flush()
            os.fsync(file.fileno())
            self._compact_size = file.tell()
        new.replace(self.path)
        self.close()
        self._file = self.path.open("ab", buffering=0)

    @property
    def grown(self) -> bool:
        """Whether it is worth a rewrite: more than 32 MB, and twice what was left of it the last time."""
        return os.fstat(self._file.fileno()).st_size > max(REWRITE_BYTES, 2 * self._compact_size)

    @property
    def lost(self) -> bool:
        """Whether somebody removed the file: what is appended from now on would never be read again."""
        try:
            return not os.path.samestat(self.path.stat(), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return True

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> Iterator[Record]:
    """Yield the records of a journal, if there is one.

    A last line without its end was being written when the process was killed: it was never acknowledged
    and is left out. Any other line that is not as it was written raises JournalError.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):
                yield _record(line, path, number)


def _line(record: Record) -> bytes:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _record(line: bytes, path: Path, number: int) -> Record:
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        raise JournalError(
            f"{path}, line {number} is damaged. Put the file back from a copy, remove that line to lose its change, "
            "or start empty with `manage.py localdb reset`."
        )
    record: Record = json.loads(text)
    return record


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
