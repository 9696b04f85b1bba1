"""A PostgreSQL of the tests' own: a fresh cluster on a loopback port, gone with the `with` block."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg


def binaries() -> Path | None:
    """Return the folder of initdb and postgres, or None; Debian keeps it out of the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@contextlib.contextmanager
def cluster(programs: Path, port: int) -> Iterator[str]:
    """Start one, and yield host and port with the user, as an address has them."""
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to be run by root
    with tempfile.TemporaryDirectory(prefix="dctech-postgresql-") as folder:
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        initdb = [programs / "initdb", "-D", f"{folder}/data", "-U", "postgres", "--no-sync"]
        subprocess.run(
            [*initdb, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"],
            user=user,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        server = subprocess.Popen(
            [
                *(
                    programs / "postgres",
                    "-D",
                    f"{folder}/data",
                    "-p",
                    str(port),
                    "-h",
                    "127.0.0.1",
                ),
                *("-c", "unix_socket_directories=", "-c", "fsync=off"),
            ],
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(server, f"postgresql://postgres@127.0.0.1:{port}/postgres")
            yield f"postgres@127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)  # "fast": it ends its connections first
            server.wait()


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    while server.poll() is None:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL ended with {server.returncode}")
