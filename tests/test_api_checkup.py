"""The deep check: each thing that is not well names itself and how to mend it."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from collector.models import Run
from dctech.api.checkup import found
from dctech.dynamodb import Table
from events.models import Event
from tests import make, weather
from tests.test_api_admin import script
from tests.test_faults import proxy

__all__ = ["proxy", "script"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("dctech.urls")]

ADDRESS = "/api/admin/health"


def collected(ago=dt.timedelta(hours=1), **counts):
    ended = timezone.now() - ago
    Run(
        "runs",
        ended.isoformat(timespec="seconds"),
        finished_at=ended,
        counts=counts or {"ok": 3},
        ttl=ended + dt.timedelta(days=30),
    ).save()


def wrong(script):
    said = script("GET", ADDRESS)
    assert said["status"] == "failing"
    return {check["name"]: check["detail"] for check in said["checks"] if not check["ok"]}


def test_all_is_well(script):
    collected()
    said = script("GET", ADDRESS)
    checks = said["checks"]
    assert said["status"] == "ok"
    assert {check["ok"] for check in checks} == {True}
    assert [check["name"] for check in checks][-3:] == ["accounts", "collection", "queue"]
    assert sum(check["name"].startswith("table ") for check in checks) == len(Table.models())
    assert "index ActiveApprovedIndex" in {check["name"] for check in checks}


def test_a_collection_is_missed(script):
    assert wrong(script) == {"collection": "No collection has ended yet: run collect_feeds."}
    collected(dt.timedelta(hours=5, minutes=1))
    assert "see its schedule" in wrong(script)["collection"]


def test_a_collection_could_read_nothing(script):
    collected(failed=7)
    assert wrong(script) == {
        "collection": "The last collection could read none of 7 feeds: see /api/admin/feeds."
    }


def test_a_submission_has_waited(script):
    collected()
    make.event(status="pending", submitted_at=timezone.now() - dt.timedelta(days=3)).save()
    assert wrong(script) == {"queue": "A submission has waited for 3 days: somebody should decide."}


def test_one_table_throttles(proxy, script):
    collected()
    name = f'"{Event.Meta.table_name}"'.encode()
    proxy.weather = lambda visit: weather.throttling(visit) if name in visit.body else None
    told = wrong(script)
    assert told.pop(f"table {Event.Meta.table_name}").startswith("DynamoDB does not answer: ")
    indexes = {f"index {index.Meta.index_name}" for index in Event._indexes.values()}
    assert told.keys() <= {*indexes, "queue"}


def test_a_migration_is_missing(script):
    collected()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")
    assert wrong(script)["accounts"].endswith("migrations are not applied: run migrate.")


def test_on_lambda_the_settings_are_looked_at_too(tables, settings):
    settings.ON_LAMBDA = True
    settings.DEBUG = True
    said = dict(found(timezone.now()))
    assert "Set DEBUG=0." in said["settings"]
