"""A pytest plugin: which DynamoDB actions the product itself asks for, by table and index, into RECORDED_CALLS."""

import json
import os
import sys
from pathlib import Path

import pytest

from dctech.dynamodb import connection
from tests.conftest import ROOT

WRITES = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""What IAM calls the parts of a transaction."""

OPERATORS = ("tests/", "dctech/tables.py", "dctech/cache.py:clear")
"""What never runs in the function: the tests' own calls, create_tables, and emptying the cache."""

found: set[tuple[str, str, str]] = set()


@pytest.fixture(autouse=True)
def recorded(request):
    """Record from the first test on that has an engine."""
    if "engine" in request.fixturenames:
        request.getfixturevalue("engine")
        events = connection().client.meta.events
        events.register("before-parameter-build.dynamodb", note, unique_id="recorded")


def note(params, model, **_more):
    if asked_by().startswith(OPERATORS):
        return
    writes = params.get("TransactItems")
    if writes is None:
        tables = [params["TableName"]] if "TableName" in params else params["RequestItems"]
        found.update((table, params.get("IndexName", ""), model.name) for table in tables)
        return
    for write in writes:
        [(kind, request)] = write.items()
        found.add((request["TableName"], "", WRITES[kind]))


def asked_by():
    """Return the module and function of this repository that made the call, the innermost one."""
    frame = sys._getframe(1)
    while frame:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts and path != Path(__file__):
            return f"{path.relative_to(ROOT).as_posix()}:{frame.f_code.co_name}"
        frame = frame.f_back
    return ""


def pytest_sessionfinish():
    Path(os.environ["RECORDED_CALLS"]).write_text(json.dumps(sorted(found)), encoding="utf-8")
