"""The engine's process: its locks, its port, its journal, and hypercorn around the application."""

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from typing import Any

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config

from dctech.localdb import engine, identity
from dctech.localdb.application import Application
from dctech.localdb.directory import DataDirectory
from dctech.localdb.errors import EngineMissingError, StartError
from dctech.localdb.identity import Identity
from dctech.localdb.journal import Journal, read

UNLIMITED = 2**31


def run(
    directory: DataDirectory,
    port: int,
    *,
    expire_every: float,
    stop_with_stdin: bool,
    ready: Callable[[Identity], None],
) -> None:
    """Serve a directory until SIGTERM or SIGINT (`stop_with_stdin`: or until standard input ends).

    Port 0 is any free one. Calls `ready` when requests are taken. Raises LocalDBError when it cannot begin.
    """
    _check_version()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    with directory.serving(), _listen(port) as listener:
        engine.restore(read(directory.journal))
        journal = Journal(directory.journal)
        journal.rewrite(engine.snapshot())
        who = Identity(
            product=identity.PRODUCT,
            engine=f"ministack {engine.VERSION}",
            data_directory=str(directory.path),
            pid=os.getpid(),
            port=listener.getsockname()[1],
        )
        directory.port_file.write_text(str(who.port), encoding="ascii")
        ready(who)
        asyncio.run(_serve(journal, who, listener, expire_every, stop_with_stdin=stop_with_stdin))
        journal.close()


def _check_version() -> None:
    found = metadata.version("ministack")
    if found != engine.VERSION:
        raise EngineMissingError(
            f"The embedded engine is made for ministack {engine.VERSION}, not {found}: "
            "pip install -r requirements/local.txt"
        )


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((identity.HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise identity.taken(port, "another program") from error
        raise StartError(f"Port {port} cannot be used ({error}): set LOCALDB_PORT.") from error
    return listener


async def _serve(
    journal: Journal,
    who: Identity,
    listener: socket.socket,
    expire_every: float,
    *,
    stop_with_stdin: bool,
) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if stop_with_stdin:
        loop.add_reader(sys.stdin.fileno(), stop.set)
    application = Application(journal, who, stop)
    expiry = loop.create_task(application.expire(expire_every))
    expiry.add_done_callback(lambda _: stop.set())
    serving: Any = (
        hypercorn_serve  # its types name every ASGI message; the application speaks plain dicts
    )
    await serving(application, _configuration(listener), shutdown_trigger=stop.wait)
    expiry.cancel()
    with suppress(asyncio.CancelledError):
        await expiry


def _configuration(listener: socket.socket) -> Config:
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.loglevel = "WARNING"
    # Clients keep their connections; a server that closes an idle one makes them send a write twice.
    config.keep_alive_timeout = UNLIMITED
    config.keep_alive_max_requests = UNLIMITED
    config.graceful_timeout = 0.5
    return config
