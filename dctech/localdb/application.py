"""The engine as an ASGI application: who may ask, what may be asked, and the journal before the answer."""

import asyncio
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any

from dctech.localdb import engine, identity
from dctech.localdb.engine import Answer
from dctech.localdb.identity import Identity
from dctech.localdb.journal import Journal, Record

TARGET = "DynamoDB_20120810."
LARGEST_REQUEST = 17_000_000
"""DynamoDB takes 16 MB."""
logger = logging.getLogger("dctech.localdb")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Application:
    """One engine over one journal. `stop` is set when its process should end."""

    def __init__(self, journal: Journal, who: Identity, stop: asyncio.Event) -> None:
        self._journal = journal
        self._who = who
        self._stop = stop
        self._writing = asyncio.Lock()
        self._hosts = {f"{name}:{who.port}" for name in (identity.HOST, "localhost")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await _send(await self._answer(scope, receive), send)
        else:
            await send({"type": "websocket.close"})

    async def expire(self, every: float) -> None:
        """Delete what has expired, every so many seconds (0: never), and return when the journal was removed."""
        while True:
            await asyncio.sleep(every or 60)
            if self._journal.lost:
                return
            if every:
                async with self._writing:
                    self._keep(engine.expire(time.time()))

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        if "origin" in headers or headers.get("host") not in self._hosts:
            # A web page, perhaps through a name that it made resolve to this machine.
            return _error(
                403, "AccessDeniedException", "The embedded engine answers programs, not browsers."
            )
        if scope["method"] == "GET" and scope["path"] == identity.PATH:
            return self._identify()
        target = headers.get("x-amz-target", "")
        operation = target.removeprefix(TARGET)
        if scope["method"] != "POST" or operation == target or operation not in engine.OPERATIONS:
            return _error(
                400, "UnknownOperationException", f"Not an operation of this engine: {target!r}"
            )
        body = await _body(receive)
        if body is None:
            return _error(413, "RequestEntityTooLargeException", "A request may have 16 MB.")
        return await self._perform(operation, body)

    async def _perform(self, operation: str, body: bytes) -> Answer:
        if operation in engine.READS:
            return await engine.perform(operation, body)
        async with self._writing:
            answer = await engine.perform(operation, body)
            self._keep(answer.records)
            return answer

    def _keep(self, records: Iterable[Record]) -> None:
        try:
            for record in records:
                self._journal.append(record)
            if self._journal.grown:
                self._journal.rewrite(engine.snapshot())
        except OSError:
            logger.exception("The journal cannot be written")
            # Memory is now ahead of the journal: only a restart makes them one again.
            os._exit(1)

    def _identify(self) -> Answer:
        if self._journal.lost:
            self._stop.set()
        who = replace(self._who, leaving=self._stop.is_set())
        return Answer(200, {"Content-Type": "application/json"}, who.to_json())


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _body(receive: Receive) -> bytes | None:
    """Return the request's body, None when it is too large."""
    parts = bytearray()
    more = True
    while more:
        message = await receive()
        parts += message.get("body", b"")
        more = message.get("more_body", False)
        if len(parts) > LARGEST_REQUEST:
            return None
    return bytes(parts)


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _error(status: int, code: str, message: str) -> Answer:
    body = json.dumps({"__type": code, "message": message}).encode()
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-errortype": code}
    return Answer(status, headers, body)
