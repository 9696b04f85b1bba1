"""Make the tables that the models describe, and say where a table differs from its model. Nothing is ever dropped."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from dctech.dynamodb import Table, connection, endpoint_url

UNKNOWN_OPERATION = {"UnknownOperationException", "UnknownOperation"}


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was made (`drift` false), or that differs and only a person may mend (`drift` true)."""

    table: str
    message: str
    drift: bool = False


def in_production() -> bool:
    """Tell whether the endpoint is AWS: only there are backups, protection and encryption to be had and required."""
    url = endpoint_url()
    return url is None or "amazonaws.com" in url


def ensure(*, make: bool = True) -> Iterator[Change]:
    """Make what is missing (with `make`), and yield each thing that was made, is missing or differs."""
    for model in Table.models():
        yield from _ensure_table(model, make=make)


def _ensure_table(model: type[Table], *, make: bool) -> Iterator[Change]:
    name = str(model.Meta.table_name)
    actual = _describe(name)
    if actual is None:
        if not make:
            yield Change(name, "the table is missing", drift=True)
            return
        connection().client.create_table(**_definition(model))
        actual = _wait_until_active(name)
        yield Change(name, "table created")
    yield from _compare_keys(model, actual)
    yield from _ensure_indexes(model, actual, make=make)
    yield from _ensure_ttl(model, make=make)
    yield from _ensure_tags(model, actual, make=make)
    yield from _ensure_recovery(name, make=make)
    if in_production():
        yield from _ensure_protection(name, actual, make=make)


def definition(model: type[Table], *, protected: bool) -> dict[str, Any]:
    """Return CreateTable's arguments for a model; `protected` is what production has beside."""
    schema = model._get_schema()  # noqa: SLF001 - PynamoDB offers no public way to the definition
    wanted: dict[str, Any] = {
        "TableName": model.Meta.table_name,
        "AttributeDefinitions": [
            {"AttributeName": a["AttributeName"], "AttributeType": a["AttributeType"]}
            for a in _unique(schema["attribute_definitions"])
        ],
        "KeySchema": _hash_first(schema["key_schema"]),
        "BillingMode": model.Meta.billing_mode,
        "Tags": _tags(model),
    }
    if indexes := _indexes(model):
        wanted["GlobalSecondaryIndexes"] = list(indexes.values())
    if protected:
        wanted["SSESpecification"] = {"Enabled": True}
        wanted["DeletionProtectionEnabled"] = True
    return wanted


def ttl_attribute(model: type[Table]) -> str | None:
    """Return the name of the attribute that items expire by; None where none expires."""
    attribute = model._ttl_attribute()  # noqa: SLF001 - as above
    return attribute.attr_name if attribute else None


def _definition(model: type[Table]) -> dict[str, Any]:
    return definition(model, protected=in_production())


def _unique(definitions: Iterable[Any]) -> list[Any]:
    return list({definition["AttributeName"]: definition for definition in definitions}.values())


def _indexes(model: type[Table]) -> dict[str, dict[str, Any]]:
    schema = model._get_schema()  # noqa: SLF001 - as above
    return {
        index["index_name"]: {
            "IndexName": index["index_name"],
            "KeySchema": _hash_first(index["key_schema"]),
            "Projection": index["projection"],
        }
        for index in schema["global_secondary_indexes"]
    }


def _describe(name: str) -> dict[str, Any] | None:
    client = connection().client
    try:
        described: dict[str, Any] = client.describe_table(TableName=name)["Table"]
    except client.exceptions.ResourceNotFoundException:
        return None
    return described


def _wait_until_active(name: str) -> dict[str, Any]:
    while True:
        described = _describe(name)
        if described and described["TableStatus"] == "ACTIVE":
            indexes = described.get("GlobalSecondaryIndexes", [])
            if all(index.get("IndexStatus", "ACTIVE") == "ACTIVE" for index in indexes):
                return described
        time.sleep(1)


def _compare_keys(model: type[Table], actual: Mapping[str, Any]) -> Iterator[Change]:
    name = str(model.Meta.table_name)
    wanted = _definition(model)
    if _keys(wanted) != _keys(actual):
        yield Change(name, f"its key is {_keys(actual)}, the model's {_keys(wanted)}", drift=True)
    mode = actual.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    if mode != wanted["BillingMode"] and in_production():
        yield Change(name, f"billing is {mode}, the model's {wanted['BillingMode']}", drift=True)
    types = {a["AttributeName"]: a["AttributeType"] for a in actual["AttributeDefinitions"]}
    for attribute in wanted["AttributeDefinitions"]:
        found = types.get(attribute["AttributeName"])
        if found and found != attribute["AttributeType"]:
            yield Change(
                name, f"{attribute['AttributeName']} has type {found} in the table", drift=True
            )


def _keys(definition: Mapping[str, Any]) -> list[str]:
    return [key["AttributeName"] for key in _hash_first(definition["KeySchema"])]


def _hash_first(schema: Iterable[Any]) -> list[Any]:
    return sorted(schema, key=lambda key: str(key["KeyType"]))  # HASH, RANGE


def _ensure_indexes(
    model: type[Table], actual: Mapping[str, Any], *, make: bool
) -> Iterator[Change]:
    name = str(model.Meta.table_name)
    existing = {index["IndexName"]: index for index in actual.get("GlobalSecondaryIndexes", [])}
    wanted = _indexes(model)
    for index_name, index in wanted.items():
        if index_name not in existing:
            if not make:
                yield Change(name, f"index {index_name} is missing", drift=True)
                continue
            connection().client.update_table(
                TableName=name,
                AttributeDefinitions=_definition(model)["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[{"Create": index}],
            )
            _wait_until_active(name)
            yield Change(name, f"index {index_name} created")
            continue
        found = existing[index_name]
        if _keys(index) != _keys(found):
            message = (
                f"index {index_name} is keyed by {_keys(found)}, the model's by {_keys(index)}"
            )
            yield Change(name, message, drift=True)
        if difference := _projection_difference(index["Projection"], found["Projection"]):
            yield Change(name, f"index {index_name} {difference}", drift=True)
    for index_name in sorted(existing.keys() - wanted.keys()):
        yield Change(name, f"index {index_name} is unknown to the model", drift=True)


def _projection_difference(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    if wanted["ProjectionType"] != found["ProjectionType"]:
        return f"projects {found['ProjectionType']}, the model's {wanted['ProjectionType']}"
    missing = set(wanted.get("NonKeyAttributes", [])) ^ set(found.get("NonKeyAttributes", []))
    return (
        f"projects other attributes than the model's: {', '.join(sorted(missing))}"
        if missing
        else ""
    )


def _ensure_ttl(model: type[Table], *, make: bool) -> Iterator[Change]:
    attribute = ttl_attribute(model)
    if attribute is None:
        return
    name, client = str(model.Meta.table_name), connection().client
    found = client.describe_time_to_live(TableName=name).get("TimeToLiveDescription", {})
    if found.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}:
        if found.get("AttributeName") != attribute:
            yield Change(name, f"TTL goes by {found.get('AttributeName')}", drift=True)
        return
    if not make:
        yield Change(name, "TTL is off", drift=True)
        return
    # Asked for only when it is off: AWS refuses a second enable.
    client.update_time_to_live(
        TableName=name,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute},
    )
    yield Change(name, f"TTL on {attribute} enabled")


def _ensure_recovery(name: str, *, make: bool) -> Iterator[Change]:
    """Yield what was made of point-in-time recovery; an emulator may not know it, AWS does."""
    client = connection().client
    try:
        found = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    except ClientError as error:
        if not in_production() and error.response["Error"]["Code"] in UNKNOWN_OPERATION:
            return
        raise
    status = found.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    if status == "ENABLED":
        return
    if make:
        client.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    yield Change(name, _done("point-in-time recovery", make=make), drift=not make)


def _ensure_tags(model: type[Table], actual: Mapping[str, Any], *, make: bool) -> Iterator[Change]:
    client, arn = connection().client, actual["TableArn"]
    found = {
        tag["Key"]: tag["Value"] for tag in client.list_tags_of_resource(ResourceArn=arn)["Tags"]
    }
    missing = [tag for tag in _tags(model) if found.get(tag["Key"]) != tag["Value"]]
    if not missing:
        return
    if make:
        client.tag_resource(ResourceArn=arn, Tags=missing)
    names = ", ".join(f"{tag['Key']}={tag['Value']}" for tag in missing)
    message = f"tagged {names}" if make else f"the tag {names} is missing"
    yield Change(str(model.Meta.table_name), message, drift=not make)


def _tags(model: type[Table]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in (model.Meta.tags or {}).items()]


def _ensure_protection(name: str, actual: Mapping[str, Any], *, make: bool) -> Iterator[Change]:
    """Yield what was made of deletion protection and encryption with a key of the account's own."""
    wanted: dict[str, dict[str, Any]] = {}
    if not actual.get("DeletionProtectionEnabled"):
        wanted["deletion protection"] = {"DeletionProtectionEnabled": True}
    if actual.get("SSEDescription", {}).get("Status") not in {"ENABLED", "ENABLING"}:
        wanted["encryption"] = {"SSESpecification": {"Enabled": True}}
    for what, change in wanted.items():
        if make:  # one at a time: UpdateTable refuses two
            connection().client.update_table(TableName=name, **change)
            _wait_until_active(name)
        yield Change(name, _done(what, make=make), drift=not make)


def _done(what: str, *, make: bool) -> str:
    return f"{what} enabled" if make else f"{what} is off"
