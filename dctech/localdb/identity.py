"""Which server answers on a port: asked before anything is written to it."""

import http.client
import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from dctech.localdb.errors import PortTakenError

HOST = "127.0.0.1"
PATH = "/localdb"
PRODUCT = "dctech-events localdb"
ANSWER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Identity:
    """An engine that answers. `leaving`: its data was removed under it, and it is about to end."""

    product: str
    engine: str
    data_directory: str
    pid: int
    port: int
    leaving: bool = False

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

    def serves(self, path: Path) -> bool:
        return self.data_directory == str(path)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def ask(port: int) -> Identity | None:
    """Return the engine on a port of this machine, None when nothing listens there.

    Raises PortTakenError for anything that is not one of our engines.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", PATH)
        identity = _read(connection.getresponse().read(10_000))
    except ConnectionRefusedError:
        return None
    except ConnectionResetError as error:
        # A stopping engine drops whom it has not served; one that still listens afterwards is a stranger.
        if _refuses(port):
            return None
        raise taken(port, "a program that hangs up") from error
    except http.client.HTTPException as error:
        raise taken(port, "a program that speaks no HTTP") from error
    except TimeoutError as error:
        raise taken(port, f"a program that is silent for {ANSWER_SECONDS} seconds") from error
    finally:
        connection.close()
    if identity is None:
        raise taken(port, "another program")
    return identity


def _refuses(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=ANSWER_SECONDS).close()
    except ConnectionRefusedError:
        return True
    return False


def _read(body: bytes) -> Identity | None:
    try:
        answer = json.loads(body)
        return Identity(**answer) if answer.get("product") == PRODUCT else None
    except (ValueError, TypeError, AttributeError):
        return None


def taken(port: int, by: str) -> PortTakenError:
    return PortTakenError(
        f"Port {port} on {HOST} is taken by {by}. End that program, or choose another port: LOCALDB_PORT={port + 1}"
    )
