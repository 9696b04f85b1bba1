import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO

from dctech.backup import manifest
from dctech.backup.errors import BackupError
from dctech.backup.lines import Item, line_of
from dctech.backup.manifest import Entry, Manifest
from dctech.backup.places import Place, place
from dctech.dynamodb import Table, connection


def items_of(table: str) -> Iterator[Item]:
    """Return all items of a table, as they are when they are read: there is no snapshot of a whole table."""
    scan = connection().client.get_paginator("scan")
    for page in scan.paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def back_up(
    target: str, now: dt.datetime, *, on_table: Callable[[Entry], None] = lambda _entry: None
) -> Manifest:
    """Copy every table to a place that holds nothing yet; raise BackupError."""
    where = place(target)
    if where.files():
        raise BackupError(f"{target} holds files already; a backup is made where there are none.")
    entries = []
    for model in Table.models():
        entry = _copy(model, where)
        entries.append(entry)
        on_table(entry)
    made = Manifest(now, tuple(entries))
    with TemporaryFile() as file:
        file.write(text := made.as_json())
        file.seek(0)
        where.put(manifest.NAME, file, hashlib.sha256(text).digest())
    return made


def _copy(model: type[Table], where: Place) -> Entry:
    name, table = f"{model.__name__}.jsonl", str(model.Meta.table_name)
    with TemporaryFile() as file:
        items, digest = _write(table, file)
        size = file.tell()
        file.seek(0)
        where.put(name, file, digest)
    return Entry(model.__name__, table, name, items, size, digest.hex())


def _write(table: str, file: IO[bytes]) -> tuple[int, bytes]:
    digest, items = hashlib.sha256(), 0
    for item in items_of(table):
        line = line_of(item)
        file.write(line)
        digest.update(line)
        items += 1
    return items, digest.digest()
