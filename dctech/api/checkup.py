"""The deep check: whether all that the site needs works at this moment, each part by itself."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, Literal

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field
from pynamodb.exceptions import PynamoDBException

from dctech.api.auth import STAFF, caller_of
from dctech.api.private import private
from dctech.api.staffed import named
from dctech.dynamodb import Table, code_of
from dctech.observability.runs import MISSED_HOURS, QUEUE_SECONDS, queue_age
from dctech.patience import patience

router = Router(auth=STAFF, tags=["Administration"])
router.add_decorator(private, mode="view")


class Part(Schema):
    name: str = Field(examples=["collection"])
    ok: bool
    detail: str | None = Field(description="What is wrong, and how to mend it.")


class Checkup(Schema):
    status: Literal["ok", "failing"]
    checks: list[Part]


@router.get("/health", response=Checkup, **named("check_health"))
def check_health(request: HttpRequest) -> dict[str, Any]:
    """Look at each table and index, the accounts, the collection, the queue and, on Lambda, the settings.

    It is 200 even where something is failing: that is for `/api/health` and the alarms to say.
    """
    caller = caller_of(request)
    caller.require("event", "view")
    caller.require("group", "view")
    checks = [
        {"name": name, "ok": not wrong, "detail": wrong} for name, wrong in found(timezone.now())
    ]
    return {"status": "ok" if all(each["ok"] for each in checks) else "failing", "checks": checks}


def found(now: dt.datetime) -> Iterator[tuple[str, str | None]]:
    """Yield what was looked at, and what is wrong with it."""
    for model in Table.models():
        yield f"table {model.Meta.table_name}", _unanswered(model.query)
        for index in model._indexes.values():  # noqa: SLF001 - it has no other name
            yield f"index {index.Meta.index_name}", _unanswered(index.query)
    yield "accounts", _accounts()
    yield "collection", _of_tables(lambda: _collection(now))
    yield "queue", _of_tables(lambda: _queue(now))
    if settings.ON_LAMBDA:
        yield "settings", _settings()


def _unanswered(query: Callable[..., Any]) -> str | None:
    def look() -> None:
        next(iter(query("health", limit=1)), None)

    return _of_tables(look)


def _of_tables(look: Callable[[], str | None]) -> str | None:
    """Return what `look` finds wrong, or that DynamoDB did not let it look."""
    try:
        with patience(settings.DYNAMODB_PATIENCE):  # of its own: one table that is away is not all
            return look()
    except PynamoDBException as error:
        return f"DynamoDB does not answer: {code_of(error) or type(error.cause).__name__}."


def _accounts() -> str | None:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return f"The accounts' database does not answer: {type(error).__name__}."
    return f"{len(missing)} migrations are not applied: run migrate." if missing else None


def _collection(now: dt.datetime) -> str | None:
    from collector.door import last_run  # noqa: PLC0415 - nothing imports the collector when it loads

    run = last_run()
    if run is None:
        return "No collection has ended yet: run collect_feeds."
    if now - run.finished_at > dt.timedelta(hours=MISSED_HOURS):
        return f"The last collection ended {run.finished_at:%Y-%m-%d %H:%M} UTC: see its schedule."
    if run.failed and not run.read:
        return f"The last collection could read none of {run.failed} feeds: see /api/admin/feeds."
    return None


def _queue(now: dt.datetime) -> str | None:
    age = queue_age(now)
    if age <= QUEUE_SECONDS:
        return None
    return f"A submission has waited for {age // 86_400:.0f} days: somebody should decide."


def _settings() -> str | None:
    said = [
        f"{each.msg} {each.hint or ''}".strip()
        for each in run_checks(include_deployment_checks=True)
        if each.level >= WARNING
    ]
    return " ".join(said) or None
