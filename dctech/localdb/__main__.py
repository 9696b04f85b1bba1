"""`python -m dctech.localdb --data DIR --port N`: one engine in this process.

Writes one line of JSON to standard output when it answers, or when it cannot: the identity of
dctech.localdb.identity, or {"error": the exception's name, "message": ...}.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dctech.localdb.directory import DataDirectory
from dctech.localdb.errors import LocalDBError
from dctech.localdb.identity import Identity


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    directory = DataDirectory.at(options.data)
    if options.detach:
        _detach(directory)
    from dctech.localdb import server  # noqa: PLC0415 - the launcher forks before it loads the engine

    try:
        server.run(
            directory,
            options.port,
            expire_every=options.expire_every,
            stop_with_stdin=options.stop_with_stdin,
            ready=_say_ready,
        )
    except LocalDBError as error:
        _say({"error": type(error).__name__, "message": str(error)})
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dctech.localdb", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="the data directory; made if missing"
    )
    parser.add_argument("--port", type=int, required=True, help="0 for any free port")
    parser.add_argument(
        "--expire-every",
        type=float,
        default=60,
        metavar="SECONDS",
        help="delete expired items; 0 for never",
    )
    parser.add_argument("--detach", action="store_true", help="serve in a process of its own")
    parser.add_argument(
        "--stop-with-stdin", action="store_true", help="end when standard input does"
    )
    return parser


def _detach(directory: DataDirectory) -> None:
    """Go on as a background process, its errors in the directory's log; the process that was started ends."""
    if os.fork():
        os._exit(0)
    os.setsid()
    log = os.open(directory.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(log, sys.stderr.fileno())
    os.close(log)


def _say_ready(who: Identity) -> None:
    _say(json.loads(who.to_json()))


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
