"""Starting and stopping the engine's process."""

import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from dctech.localdb import errors
from dctech.localdb.directory import POLL_SECONDS, DataDirectory
from dctech.localdb.errors import EngineMissingError, LocalDBError, StartError
from dctech.localdb.identity import Identity, ask, taken

START_SECONDS = 120
STOP_SECONDS = 20
SOURCE = Path(__file__).resolve().parents[2]


def find(directory: DataDirectory, port: int) -> Identity | None:
    """Return the engine that serves the directory, on the port it last had or on `port`; None if there is none.

    Raises PortTakenError when `port` is somebody else's. An engine whose data was removed under it is
    returned as well, `leaving`.
    """
    last = directory.last_port
    if last is not None and last != port:
        try:
            found = ask(last)
        except errors.PortTakenError:
            found = None
        if found and found.serves(directory.path):
            return found
    found = ask(port)
    if found and not found.leaving and not found.serves(directory.path):
        raise taken(port, f"an engine for {found.data_directory}")
    return found


def start(directory: DataDirectory, port: int) -> Identity:
    """Start an engine in the background, unless one serves the directory already, and return it when it answers."""
    with directory.starting():
        running = find(directory, port)
        if running and running.leaving:
            _wait_until_gone(running)
            running = None
        return running or _launch(directory, port)


def stop(directory: DataDirectory, port: int) -> Identity | None:
    """Stop the engine that serves the directory and wait until it has ended; return which it was."""
    with directory.starting():
        return _stop(directory, port)


def remove(directory: DataDirectory, port: int) -> None:
    """Stop the engine and remove its data."""
    with directory.starting():
        _stop(directory, port)
        with directory.serving(patience=STOP_SECONDS):
            directory.remove_data()


@contextmanager
def server_process(data: Path, *, expire_every: float = 0) -> Iterator[str]:
    """Run a throw-away engine on a free port while the block runs, and give its endpoint URL.

    It deletes no expired items unless told to: tests write items of any date. It ends with this process,
    even if that is killed; `data` is left to the caller.
    """
    command = [
        *_command(DataDirectory.at(data), 0),
        f"--expire-every={expire_every}",
        "--stop-with-stdin",
    ]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, cwd=SOURCE, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        try:
            yield _first_words(process.stdout).endpoint
        finally:
            process.stdin.close()
            process.wait()


def _launch(directory: DataDirectory, port: int) -> Identity:
    with subprocess.Popen(  # noqa: S603 - our own module
        [*_command(directory, port), "--detach"],
        cwd=SOURCE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as launcher:
        if launcher.stdout is None:
            raise AssertionError("it is a pipe")
        return _first_words(launcher.stdout, directory.log)


def _command(directory: DataDirectory, port: int) -> list[str]:
    if importlib.util.find_spec("ministack") is None:
        raise EngineMissingError(
            "The embedded DynamoDB needs ministack: pip install -r requirements/local.txt "
            "(or set DYNAMODB_ENDPOINT_URL)."
        )
    return [sys.executable, "-m", "dctech.localdb", f"--data={directory.path}", f"--port={port}"]


def _first_words(output: IO[bytes], log: Path | None = None) -> Identity:
    """Return what the process says of itself when it answers; raise what it says when it cannot."""
    readable, _, _ = select.select([output], [], [], START_SECONDS)
    line = output.readline() if readable else b""
    if not line:
        raise StartError(f"The embedded engine did not start. {_last_words(log)}")
    said = json.loads(line)
    if "error" in said:
        known = {error.__name__: error for error in LocalDBError.__subclasses__()}
        raise known[said["error"]](said["message"])
    return Identity(**said)


def _last_words(log: Path | None) -> str:
    if log is None or not log.exists():
        return "Its error is above."
    return f"From {log}:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}"


def _stop(directory: DataDirectory, port: int) -> Identity | None:
    running = find(directory, port)
    if running:
        with suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGTERM)
        with directory.serving(patience=STOP_SECONDS):
            pass
    return running


def _wait_until_gone(leaving: Identity) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while ask(leaving.port) is not None:
        if time.monotonic() > deadline:
            raise StartError(
                f"The engine for the removed data does not end: end process {leaving.pid}."
            )
        time.sleep(POLL_SECONDS)
