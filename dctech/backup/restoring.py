"""Bring a backup back into tables that are empty, or whose items it replaces.

All of it is checked before the first write, and compared after the last.
"""

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import IO, Any

from dctech.backup import manifest
from dctech.backup.copying import items_of
from dctech.backup.errors import BackupError
from dctech.backup.lines import Fingerprint, Item, item_of, line_of
from dctech.backup.manifest import Entry, Manifest
from dctech.backup.places import Place, fetched, place
from dctech.dynamodb import Table, connection
from dctech.models import CalendarVersion
from dctech.tables import definition

AT_ONCE = 25
"""Items that BatchWriteItem takes."""

LONGEST_PAUSE = 5.0


def restore(
    source: str,
    now: dt.datetime,
    *,
    replace: bool = False,
    on_table: Callable[[Entry], None] = lambda _entry: None,
) -> Manifest:
    """Fill the tables from a place; raise BackupError before anything is written, or when what is there differs.

    With `replace` what they hold is deleted first. One that was cut short is repeated, until it ends.
    """
    where = place(source)
    with fetched(where, manifest.NAME) as file:
        said = Manifest.from_json(file.read())
    tables = {model.__name__: model for model in Table.models()}
    _require_known(said, tables)
    # Each is asked: one that is missing ends it before anything is written.
    full = _with_items(tables)
    if full and not replace:
        raise BackupError(f"Restoring needs empty tables, and these are not: {', '.join(full)}.")
    with ExitStack() as files:
        checked = [(entry, files.enter_context(_checked(where, entry))) for entry in said.entries]
        for entry, file in checked:
            if replace:
                _empty(tables[entry.model])
            _fill(tables[entry.model], file, now)
            on_table(entry)
    if replace:
        CalendarVersion.outrun(int(now.timestamp()))
    return said


def _require_known(said: Manifest, tables: dict[str, type[Table]]) -> None:
    named = {entry.model for entry in said.entries}
    if missing := tables.keys() - named:
        raise BackupError(f"The backup lacks {', '.join(sorted(missing))}.")
    if unknown := named - tables.keys():
        raise BackupError(f"The backup has what no table is for: {', '.join(sorted(unknown))}.")


def _with_items(tables: dict[str, type[Table]]) -> list[str]:
    """Return the names of those that hold anything."""
    names = [str(model.Meta.table_name) for model in tables.values()]
    return [name for name in names if any(True for _ in items_of(name))]


@contextmanager
def _checked(where: Place, entry: Entry) -> Iterator[IO[bytes]]:
    """Give a table's file, once it is what the manifest says."""
    with fetched(where, entry.file) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # IO[bytes] will do
        file.seek(0)
        if (digest, sum(1 for _ in file)) != (entry.sha256, entry.items):
            raise BackupError(f"{entry.file} is not what was backed up: it was changed.")
        file.seek(0)
        yield file


def _fill(model: type[Table], file: IO[bytes], now: dt.datetime) -> None:
    table = str(model.Meta.table_name)
    wanted, found = Fingerprint(), Fingerprint()
    while lines := list(islice(file, AT_ONCE)):
        items = [item_of(line) for line in lines]
        _write(table, items)
        for item in _kept(items, model, now):
            wanted.add(line_of(item))
    for item in _kept(items_of(table), model, now):
        found.add(line_of(item))
    if found != wanted:
        raise BackupError(
            f"{table} holds {found.items} items that differ from the {wanted.items} of the backup."
        )


def _kept(items: Any, model: type[Table], now: dt.datetime) -> Iterator[Item]:
    """Leave out what DynamoDB may delete at any moment, since its time to live is over."""
    attribute = model._ttl_attribute()  # noqa: SLF001 - PynamoDB offers no public way to it
    for item in items:
        ttl = item.get(attribute.attr_name, {}).get("N") if attribute else None
        if ttl is None or float(ttl) > now.timestamp():
            yield item


def _empty(model: type[Table]) -> None:
    """Delete every item of a table."""
    table = str(model.Meta.table_name)
    names = [key["AttributeName"] for key in definition(model, protected=False)["KeySchema"]]
    items = items_of(table)
    while some := list(islice(items, AT_ONCE)):
        keys = [{name: item[name] for name in names} for item in some]
        _send(table, [{"DeleteRequest": {"Key": key}} for key in keys])


def _write(table: str, items: list[Item]) -> None:
    """Put up to AT_ONCE items."""
    _send(table, [{"PutRequest": {"Item": item}} for item in items])


def _send(table: str, requests: list[dict[str, Any]]) -> None:
    """Write up to AT_ONCE times, as often as DynamoDB says that it took only some."""
    left: Any = {table: requests}
    pause = 0.05
    while left := connection().client.batch_write_item(RequestItems=left)["UnprocessedItems"]:
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
