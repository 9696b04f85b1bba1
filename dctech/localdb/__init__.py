"""The embedded DynamoDB: what answers when no endpoint is configured, on a machine with pip alone.

One background process per data directory (DATA_DIR/dynamodb), on LOCALDB_PORT of the loopback interface. It
keeps what it acknowledged through a SIGKILL. Region and credentials of a client do not matter: there is one
account. Nothing here imports the engine itself, which production does not have.
"""

from pathlib import Path

from dctech.localdb import process
from dctech.localdb.directory import DataDirectory
from dctech.localdb.errors import (
    DataInUseError,
    EngineMissingError,
    JournalError,
    LocalDBError,
    NotHereError,
    PortTakenError,
    StartError,
)
from dctech.localdb.identity import Identity
from dctech.localdb.process import server_process

__all__ = [
    "DataInUseError",
    "EngineMissingError",
    "Identity",
    "JournalError",
    "LocalDBError",
    "NotHereError",
    "PortTakenError",
    "StartError",
    "ensure_running",
    "reset",
    "server_process",
    "status",
    "stop",
]


def ensure_running() -> str:
    """Return the engine's endpoint URL; start it first if need be. Any number of processes may ask at once.

    Raises NotHereError on Lambda and where DYNAMODB_ENDPOINT_URL is set, and other LocalDBErrors.
    """
    _refuse_elsewhere()
    directory, port = _configured()
    running = process.find(directory, port)
    if running is None or running.leaving:
        running = process.start(directory, port)
    return running.endpoint


def status() -> Identity | None:
    """Return the engine that runs, or None. Raises PortTakenError when the port is somebody else's."""
    found = process.find(*_configured())
    return None if found and found.leaving else found


def stop() -> Identity | None:
    """Stop the engine and wait until it has ended; return which it was, None if none ran. Its data stays."""
    return process.stop(*_configured())


def reset() -> None:
    """Stop the engine and delete all its tables."""
    process.remove(*_configured())


def _configured() -> tuple[DataDirectory, int]:
    from django.conf import settings  # noqa: PLC0415 - the engine's own process starts without Django

    return DataDirectory.at(Path(settings.DATA_DIR) / "dynamodb"), settings.LOCALDB_PORT


def _refuse_elsewhere() -> None:
    from django.conf import settings  # noqa: PLC0415 - as above

    if settings.ON_LAMBDA:
        raise NotHereError("The embedded DynamoDB never runs on Lambda: its endpoint is AWS's.")
    if settings.DYNAMODB_ENDPOINT_URL:
        raise NotHereError(
            f"DYNAMODB_ENDPOINT_URL is {settings.DYNAMODB_ENDPOINT_URL}: unset it to use the embedded DynamoDB."
        )
