"""What the function may do: `extra_permissions` of zappa_settings.json, which a test holds to this.

By the names of things, in whatever account and region: Zappa's settings know neither.
"""

from typing import Any

from dctech import tables
from dctech.dynamodb import Table
from dctech.infrastructure.stage import Stage
from dctech.models import History, Operation
from events.models import Category, Event
from groups.models import Group

Statement = dict[str, Any]

ACTIONS: dict[type[Table], tuple[str, ...]] = {
    Event: (
        "BatchGetItem",
        "ConditionCheckItem",
        "DeleteItem",
        "PutItem",
        "Query",
        "UpdateItem",
    ),
    Group: (
        "BatchGetItem",
        "ConditionCheckItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "UpdateItem",
    ),
    Category: ("DeleteItem", "GetItem", "PutItem", "Query"),
    Operation: ("DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"),
    # Without UpdateItem: what was recorded is not rewritten. The collector takes back what a killed run announced.
    History: ("DeleteItem", "GetItem", "PutItem", "Query"),
}
"""What is done to each table. Nobody scans, and nobody writes in batches: a batch has no conditions."""


def statements(stage: Stage) -> list[Statement]:
    """Return what a stage's function may do."""
    name, path = stage.function, f"ssm:*:*:parameter/{stage.project}/{stage.name}"
    return [
        # The group is the stack's. Made by a late line instead, it would be in the way of the stack's next one.
        _allow(
            "Logs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            f"logs:*:*:log-group:/aws/lambda/{name}:*",
        ),
        *(statement for model in ACTIONS for statement in _table(model, stage)),
        # AWS's documents have both: the path that is asked for, and what is below it.
        _allow("Parameters", ["ssm:GetParametersByPath"], path, f"{path}/*"),
        # A collection's shards, and whatever else is asked for asynchronously.
        _allow("Shards", ["lambda:InvokeFunction"], f"lambda:*:*:function:{name}"),
        _allow("DeadLetters", ["sqs:SendMessage"], f"sqs:*:*:{name}-dead-letters"),
        _allow("Moderators", ["sns:Publish"], f"sns:*:*:{name}-moderators"),
        # AWS names a cluster, but the stack tags it.
        _allow("Accounts", ["dsql:DbConnectAdmin"], "dsql:*:*:cluster/*")
        | {"Condition": {"StringEquals": {"aws:ResourceTag/stage": stage.name}}},
    ]


def _table(model: type[Table], stage: Stage) -> list[Statement]:
    """Return what may be done to a table, and that its indexes, each by name, may be queried."""
    name, sid = f"dynamodb:*:*:table/{stage.table_name(model)}", model.__name__
    found = [_allow(sid, [f"dynamodb:{action}" for action in ACTIONS[model]], name)]
    if indexes := tables.definition(model, protected=True).get("GlobalSecondaryIndexes"):
        places = [f"{name}/index/{index['IndexName']}" for index in indexes]
        found.append(_allow(f"{sid}Indexes", ["dynamodb:Query"], *places))
    return found


def _allow(sid: str, actions: list[str], *places: str) -> Statement:
    arns = [f"arn:aws:{place}" for place in places]
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": actions,
        "Resource": arns[0] if len(arns) == 1 else arns,
    }
