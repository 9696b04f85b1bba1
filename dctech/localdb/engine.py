"""The one door to ministack: its DynamoDB, in one region and one account, and what each request changed in it.

ministack keeps everything in memory, in its module's globals, so there is one engine in a process. It has no
public way to learn what a request changed: this module depends on private names of the version it is pinned to.
What it notes are results, not requests, so nothing depends on the time or on chance when it is restored.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from ministack.core.responses import request_scope
from ministack.services import dynamodb
from ministack.services.dynamodb import (
    _INDEX_MEMBERS,
    _items_replaced,
    _lock,
    _normalize_table_name,
    _pitr_settings,
    _remove_item,
    _set_item,
    _tables,
    _tags,
    _ttl_settings,
    _txn_idempotency,
    _txn_token_lookup,
)

from dctech.localdb.journal import Record

VERSION: Final = "1.5.33"
REGION, ACCOUNT = "us-east-1", "000000000000"
READS: Final = {
    "BatchGetItem",
    "DescribeContinuousBackups",
    "DescribeLimits",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetItem",
    "ListTables",
    "ListTagsOfResource",
    "Query",
    "Scan",
    "TransactGetItems",
}
ITEM_WRITES: Final = {
    "BatchWriteItem",
    "DeleteItem",
    "PutItem",
    "TransactWriteItems",
    "UpdateItem",
}
TABLE_WRITES: Final = {
    "CreateTable",
    "DeleteTable",
    "TagResource",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateTable",
    "UpdateTimeToLive",
}
OPERATIONS: Final = READS | ITEM_WRITES | TABLE_WRITES
TTL_HORIZON = timedelta(days=5 * 365).total_seconds()
"""DynamoDB leaves an item alone whose TTL is further in the past (developer guide, "Time to Live")."""
ITEMS_PER_RECORD = 100

Change = tuple[str, str, str, dict[str, Any] | None]
"""Table, partition key, sort key, and the item as it now is (None: deleted)."""
_changes: list[Change] = []


def _set_and_note(
    table: dict[str, Any], hash_key: str, range_key: str, item: dict[str, Any]
) -> Any:
    _changes.append((table["TableName"], hash_key, range_key, item))
    return _set_item(table, hash_key, range_key, item)


def _remove_and_note(table: dict[str, Any], hash_key: str, range_key: str) -> Any:
    _changes.append((table["TableName"], hash_key, range_key, None))
    return _remove_item(table, hash_key, range_key)


# Every item that ministack stores or removes passes through these two.
dynamodb._set_item = _set_and_note  # noqa: SLF001 - see the module's docstring
dynamodb._remove_item = _remove_and_note  # noqa: SLF001 - the same

# ministack's own reaper would delete expired items unnoted, from a thread. It takes this lock first;
# no operation that is let through here does.
_lock.acquire()


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, and the records that bring another engine to the same state."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    records: tuple[Record, ...] = ()


async def perform(operation: str, body: bytes) -> Answer:
    """Carry out one of OPERATIONS. Never suspends, so no other comes between."""
    _changes.clear()
    headers = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
    with request_scope(ACCOUNT, REGION):
        status, answered, text = await dynamodb.handle_request("POST", "/", headers, body, {})
        records: tuple[Record, ...] = ()
        if _changes:
            # One record for one request: after a kill all of a transaction is there, or nothing.
            records = ({"items": list(_changes), **_token(json.loads(body))},)
        elif operation in TABLE_WRITES and status == 200:  # noqa: PLR2004 - HTTP's OK
            request = json.loads(body)
            named = request.get("TableName") or request["ResourceArn"]
            records = (_table_record(_normalize_table_name(named)),)
    return Answer(status, answered, text if isinstance(text, bytes) else text.encode(), records)


def expire(now: float) -> tuple[Record, ...]:
    """Delete the items whose TTL (a Number, in epoch seconds) is before `now`, as DynamoDB does, a little late."""
    _changes.clear()
    with request_scope(ACCOUNT, REGION):
        for name, setting in _ttl_settings.items():
            if setting["TimeToLiveStatus"] == "ENABLED":
                _expire_in(_tables[name], setting["AttributeName"], now)
    return tuple({"items": batch} for batch in _batches(_changes))


def snapshot() -> Iterator[Record]:
    """Yield the records that make an empty engine what this one is."""
    with request_scope(ACCOUNT, REGION):
        for name, table in _tables.items():
            yield _table_record(name)
            items = (
                (name, hash_key, range_key, item)
                for hash_key, items in table["items"].items()
                for range_key, item in items.items()
            )
            yield from ({"items": batch} for batch in _batches(items))
        for token in list(_txn_idempotency):
            yield {"items": [], **_token({"ClientRequestToken": token})}


def restore(records: Iterable[Record]) -> None:
    """Apply records to the engine, in their order."""
    with request_scope(ACCOUNT, REGION):
        for record in records:
            if "table" in record:
                _restore_table(record)
                continue
            for name, hash_key, range_key, item in record["items"]:
                if item is None:
                    _remove_item(_tables[name], hash_key, range_key)
                else:
                    _set_item(_tables[name], hash_key, range_key, item)
            if "token" in record:
                _txn_idempotency[record["token"]] = record["answer"]


def _expire_in(table: dict[str, Any], attribute: str, now: float) -> None:
    for hash_key, items in list(table["items"].items()):
        for range_key, item in list(items.items()):
            ttl = float(item.get(attribute, {}).get("N", math.inf))
            if now - TTL_HORIZON < ttl < now:
                _remove_and_note(table, hash_key, range_key)


def _batches(changes: Iterable[Change]) -> Iterator[list[Change]]:
    remaining = iter(changes)
    while batch := list(islice(remaining, ITEMS_PER_RECORD)):
        yield batch


def _token(request: Mapping[str, Any]) -> dict[str, Any]:
    """What ministack keeps of a transaction for ten minutes, to answer the same one again without applying it."""
    token = request.get("ClientRequestToken")
    answer = _txn_token_lookup(token) if token else None
    return {"token": token, "answer": answer} if answer else {}


def _table_record(name: str) -> Record:
    """Describe a table without its items. `definition` is None for a table that is gone."""
    table = _tables.get(name)
    if table is None:
        return {"table": name, "definition": None}
    derived = {"items", "ItemCount", "TableSizeBytes", _INDEX_MEMBERS}
    return {
        "table": name,
        "definition": {key: value for key, value in table.items() if key not in derived},
        "ttl": _ttl_settings.get(name),
        "backups": _pitr_settings.get(name),
        "tags": _tags.get(table["TableArn"]),
    }


def _restore_table(record: Record) -> None:
    name, definition = record["table"], record["definition"]
    if definition is None:
        gone = _tables.pop(name)
        _ttl_settings.pop(name, None)
        _pitr_settings.pop(name, None)
        _tags.pop(gone["TableArn"], None)
        return
    known = _tables.get(name)
    table = {**definition, "items": known["items"] if known else defaultdict(dict)}
    _items_replaced(table)
    _tables[name] = table
    _put(_ttl_settings, name, record["ttl"])
    _put(_pitr_settings, name, record["backups"])
    _put(_tags, table["TableArn"], record["tags"])


def _put(store: Any, key: str, value: Any) -> None:
    if value is not None:
        store[key] = value
