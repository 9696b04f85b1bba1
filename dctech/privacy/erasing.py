"""Take somebody out of the tables. What others did or sent stays; where it named them it says "erased"."""

from typing import Any

from botocore.exceptions import ClientError

from dctech.dynamodb import CONDITION_FAILED, connection
from dctech.models import CalendarVersion
from dctech.moderation import Moderated
from dctech.privacy.person import Person
from dctech.privacy.traces import SUBMITTER, Trace, erased, trace_in, traces

VERSION = "version"


def erase(person: Person) -> list[Trace]:
    """Erase somebody from every table, and return what was there. Safe to repeat after any end."""
    found = list(traces(person))
    for trace in found:
        _erase(person, trace)
    if any(issubclass(trace.model, Moderated) for trace in found):
        CalendarVersion.bump()  # kept pages may show a text that named them
    return found


def _erase(person: Person, trace: Trace) -> None:
    """Erase one item's part, as often as somebody else changes the item meanwhile."""
    current: Trace | None = trace
    while current is not None:
        try:
            _write(person, current)
        except ClientError as error:
            if error.response["Error"]["Code"] != CONDITION_FAILED:
                raise
        else:
            return
        current = _again(person, current)


def _write(person: Person, trace: Trace) -> None:
    client, table = connection().client, str(trace.model.Meta.table_name)
    if trace.removed:
        client.delete_item(TableName=table, Key=trace.key)
        return
    client.update_item(TableName=table, Key=trace.key, **_update(person, trace))


def _update(person: Person, trace: Trace) -> dict[str, Any]:
    """Return UpdateItem's arguments: the new values, if the old ones are still there.

    The version grows with them, so that nobody who read the item before can bring the old values back.
    """
    names, values, sets, removes, conditions = {}, {}, [], [], []
    for number, name in enumerate(trace.attributes):
        names[f"#a{number}"], values[f":old{number}"] = name, trace.item[name]
        conditions.append(f"#a{number} = :old{number}")
        new = erased(person, trace.item[name])
        if name == SUBMITTER and new != trace.item[name]:
            removes.append(f"#a{number}")
        else:
            sets.append(f"#a{number} = :new{number}")
            values[f":new{number}"] = new
    if VERSION in trace.item:
        names["#version"], values[":one"] = VERSION, {"N": "1"}
        sets.append("#version = #version + :one")
    clauses = [f"SET {', '.join(sets)}"] if sets else []
    clauses += [f"REMOVE {', '.join(removes)}"] if removes else []
    return {
        "UpdateExpression": " ".join(clauses),
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def _again(person: Person, trace: Trace) -> Trace | None:
    """Return what names them in the item as it is now; None when nothing does."""
    answer = connection().client.get_item(
        TableName=str(trace.model.Meta.table_name), Key=trace.key, ConsistentRead=True
    )
    return trace_in(person, trace.model, answer["Item"]) if "Item" in answer else None
