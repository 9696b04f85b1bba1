"""The API keeps what its description promises, and the promise itself is kept."""

import copy
import json
import os
import subprocess
import sys
from contextlib import suppress

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from dctech.api.description import described
from events.api import schemas
from groups.api import schemas as group_schemas
from tests import make, openapi
from tests.conftest import ROOT
from tests.test_pages import DAY, HOUR, now

__all__ = ["now"]


def current():
    return json.loads(json.dumps(described()))


def test_each_change_of_the_description_is_committed():
    assert openapi.SNAPSHOT.read_text(encoding="utf-8") == openapi.written(current()), (
        "python -m tests.openapi writes it anew; look at what differs before you commit it"
    )


def test_nothing_is_changed_or_taken_away():
    assert openapi.broken(openapi.committed(), current()) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            lambda new: new["paths"].pop("/api/weeks/{week}"),
            ["/paths//api/weeks/{week} is gone"],
        ),
        (
            lambda new: new["components"]["schemas"]["Event"]["properties"].pop("title"),
            ["/components/schemas/Event/properties/title is gone"],
        ),
        (
            lambda new: new["components"]["schemas"]["Event"]["properties"]["free"].update(
                type="x"
            ),
            ["/components/schemas/Event/properties/free/type was 'boolean' and is 'x'"],
        ),
        (
            lambda new: new["paths"]["/api/groups"]["get"]["parameters"].append(
                {"name": "key", "required": True}
            ),
            ["/paths//api/groups/get/parameters/key is required"],
        ),
        (
            lambda new: new["paths"]["/api/groups"]["get"]["parameters"].append(
                {"name": "key", "required": False}
            ),
            [],
        ),
    ],
)
def test_a_break_of_the_promise_is_found(change, found):
    old = current()
    new = copy.deepcopy(old)
    change(new)
    assert openapi.broken(old, new) == found


def test_operations_have_names_that_clients_can_live_with():
    names = [
        operation["operationId"]
        for operations in current()["paths"].values()
        for operation in operations.values()
    ]
    assert len(names) == len(set(names))
    assert {"list_events", "get_event", "list_group_events", "get_week", "get_openapi"} <= set(
        names
    )
    assert all(name.replace("_", "").isalpha() and name.islower() for name in names)


@pytest.fixture
def calendar(tables, now):
    """One of everything that an answer can hold."""
    make.group(categories=["python"]).save()
    session = {"start": f"{now + DAY:%Y-%m-%dT%H:%M:%S}", "end": None}
    others = [{"group_id": "x", "group_name": "X", "group_website": "", "url": "https://x.org/"}]
    event = make.event("Full", now + DAY, sessions=[session], geo=[38.9, -77.0], cost="$5")
    event.also_published_by, event.previous_start = others, now
    event.description, event.timezone = "Words", "Europe/Berlin"
    event.create()
    make.event("Bare", now + HOUR, group_id=None, group_name=None, url=None, all_day=True).create()
    return event.event_id


@pytest.mark.parametrize(
    ("address", "schema"),
    [
        ("/api/events", schemas.EventsAndGone),
        ("/api/events/upcoming", schemas.Events),
        ("/api/events/virtual", schemas.Events),
        ("/api/events/{event_id}", schemas.EventDetails),
        ("/api/groups", group_schemas.Groups),
        ("/api/groups/pythons", group_schemas.Group),
        ("/api/groups/pythons/events", schemas.Events),
        ("/api/locations", schemas.Locations),
        ("/api/categories", schemas.Categories),
        ("/api/weeks/2026-W36", schemas.Week),
    ],
)
def test_an_answer_is_what_its_schema_says(client, calendar, address, schema):
    schema.model_validate_json(client.get(address.format(event_id=calendar)).content)


PUBLIC = [
    path
    for path, operations in current()["paths"].items()
    if "get" in operations and not path.startswith("/api/admin/")
]
BEYOND_SCHEMA = {"cursor", "start_date", "end_date", "updated_since"}
"""What is signed, or in bounds of years, or before another: no schema says that."""

PROBED = hypothesis(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def refused_beyond_schema(response):
    if response.status_code not in {400, 422}:
        return False
    return {error["field"] for error in response.json()["errors"]} & BEYOND_SCHEMA


@pytest.mark.django_db  # a real WSGI request looks after the connection that an earlier test has left open
@pytest.mark.parametrize("path", PUBLIC)
def test_no_request_gets_what_is_not_described(calendar, path):
    """All of schemathesis's checks: status, type, headers and schema of what it makes up, valid or not."""
    api = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    for mode in GenerationMode:

        @PROBED
        @given(api[path]["GET"].as_strategy(generation_mode=mode))
        def probe(case):
            response = case.call()
            beyond = [positive_data_acceptance] if refused_beyond_schema(response) else []
            case.validate_response(response, excluded_checks=beyond)

        # Where anything is valid there is nothing invalid to make up.
        with suppress(*([Unsatisfiable] if mode is GenerationMode.NEGATIVE else [])):
            probe()


PAGE_THEN_API = """
import sys
import django
django.setup()
from django.test import Client
client = Client(headers={'host': '127.0.0.1'})
assert client.get("/").status_code == 200
assert client.get("/nope/").status_code == 404
loaded = sorted({"ninja", "pydantic", "dctech.api.api"} & set(sys.modules))
assert loaded == [], loaded
before = set(sys.modules)
for address in ("/api/events", "/api/openapi.json"):
    assert client.get(address).status_code == 200
admin = [name for name in set(sys.modules) - before if ".admin" in name]
assert admin == [], admin
"""


def test_pages_do_not_import_the_apis_libraries(tables):
    done = subprocess.run(
        [sys.executable, "-c", PAGE_THEN_API],
        cwd=ROOT,
        env=os.environ | {"CONTRACT_ENDPOINT_URL": tables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
