"""The engine's data directory: what lies in it, and the two locks that keep it whole."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dctech.localdb.errors import DataInUseError

POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """A directory of one engine. The server holds `server.lock` as long as it lives; who starts or stops one,
    or removes its data, holds `start.lock` meanwhile. The lock files themselves are never removed.
    """

    path: Path

    @classmethod
    def at(cls, path: Path) -> "DataDirectory":
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(path.resolve())

    @property
    def journal(self) -> Path:
        return self.path / "journal.jsonl"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def port_file(self) -> Path:
        return self.path / "port"

    @property
    def last_port(self) -> int | None:
        """The port of the engine that last served this directory; it may be gone."""
        try:
            return int(self.port_file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Hold the starters' lock: those who come at the same time wait for each other."""
        with (self.path / "start.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def serving(self, *, patience: float = 0) -> Iterator[None]:
        """Hold the server's lock; raise DataInUseError when another process still has it after `patience` seconds."""
        deadline = time.monotonic() + patience
        with (self.path / "server.lock").open("a") as file:
            while not _locked(file):
                if time.monotonic() >= deadline:
                    raise DataInUseError(
                        f"Another process serves {self.path} but does not answer: end it, or set DATA_DIR."
                    )
                time.sleep(POLL_SECONDS)
            yield

    def remove_data(self) -> None:
        """Remove what the engine stored. Hold both locks."""
        for path in (self.journal, self.journal.with_suffix(".new"), self.port_file, self.log):
            path.unlink(missing_ok=True)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
