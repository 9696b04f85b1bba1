"""The API keeps what its description promises, and the promise itself is kept."""

import copy
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from dctech.api.description import described
from dctech.api.keys import ApiKey
from dctech.moderation import Act, Batch
from events.api import schemas
from groups.api import schemas as group_schemas
from tests import make, openapi, probing
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


def described_operation():
    """Return a description of one operation: what it takes, what it answers, and what is shared."""
    operation = {
        "operationId": "do",
        "parameters": [{"name": "q", "in": "query", "required": False, "schema": {}}],
        "requestBody": {
            "required": False,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Sent"}}},
        },
        "responses": {
            "200": {
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Told"}}}
            },
            "400": {"description": "Unreadable"},
        },
    }
    day = {"type": "object", "properties": {"date": {"type": "string"}}}
    field = {"title": "Field", "type": "string"}
    state = {"enum": ["old", "new"], "type": "string"}
    either = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    properties = {"title": field, "state": state, "either": either, "within": day}
    whole = {
        "type": "object",
        "properties": {**properties, "days": {"$ref": "#/components/schemas/Day"}},
    }
    described = {
        "paths": {"/it": {"post": operation}},
        "components": {"schemas": {"Sent": whole, "Told": whole, "Day": day}},
    }
    return json.loads(json.dumps(described))  # nothing in it is shared


def operation_of(new):
    return new["paths"]["/it"]["post"]


def fields_of(new, name):
    return new["components"]["schemas"][name]["properties"]


SENT, TOLD = "/components/schemas/Sent/properties", "/components/schemas/Told/properties"
POST = "/paths//it/post"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            lambda new: fields_of(new, "Sent")["title"].update(maxLength=5),
            [f"{SENT}/title/maxLength is asked for"],
        ),
        (
            lambda new: operation_of(new)["parameters"][0]["schema"].update(pattern="^a$"),
            [f"{POST}/parameter/q/schema/pattern is asked for"],
        ),
        (
            lambda new: operation_of(new)["parameters"][0].update(required=True),
            [f"{POST}/parameter/q/required was False and is True"],
        ),
        (
            lambda new: operation_of(new)["parameters"].append(
                {"name": "q", "in": "header", "required": True}
            ),
            [f"{POST}/parameters/header q is required"],
        ),
        (
            lambda new: fields_of(new, "Sent")["within"].update(required=["date"]),
            [f"{SENT}/within/date is required"],
        ),
        (
            lambda new: new["components"]["schemas"]["Day"].update(required=["date"]),
            ["/components/schemas/Day/date is required"],
        ),
        (
            lambda new: fields_of(new, "Sent")["state"]["enum"].remove("old"),
            [f"{SENT}/state/enum has no 'old' any more"],
        ),
        (
            lambda new: operation_of(new)["requestBody"].update(required=True),
            [f"{POST}/requestBody/required was False and is True"],
        ),
        (
            lambda new: operation_of(new).update(security=[{"Key": []}]),
            [f"{POST} is not open with nothing any more"],
        ),
        (
            lambda new: fields_of(new, "Told")["title"].update(type=["string", "null"]),
            [f"{TOLD}/title/type was 'string' and is ['string', 'null']"],
        ),
        (
            lambda new: fields_of(new, "Told")["title"].update(nullable=True),
            [f"{TOLD}/title may be null"],
        ),
        (
            lambda new: fields_of(new, "Told")["either"]["anyOf"].append({"type": "null"}),
            [f"{TOLD}/either/anyOf has {{'type': 'null'}} as well"],
        ),
        (
            lambda new: fields_of(new, "Told")["state"]["enum"].append("newest"),
            [f"{TOLD}/state/enum has 'newest' as well"],
        ),
        (
            lambda new: operation_of(new)["responses"].update({"202": {}}),
            [f"{POST}/responses/202 is new"],
        ),
    ],
)
def test_clients_are_asked_for_no_more_and_told_nothing_unknown(change, found):
    new = described_operation()
    change(new)
    assert openapi.broken(described_operation(), new) == found


@pytest.mark.parametrize(
    "change",
    [
        lambda new: fields_of(new, "Sent")["title"].update(default="x", description="Words"),
        lambda new: fields_of(new, "Sent").update(more={"type": "string", "maxLength": 5}),
        lambda new: fields_of(new, "Sent")["state"]["enum"].append("newest"),
        lambda new: fields_of(new, "Sent")["either"]["anyOf"].append({"type": "null"}),
        lambda new: fields_of(new, "Told").update(more={"type": "string"}),
        lambda new: fields_of(new, "Told")["title"].update(maxLength=5),
        lambda new: new["components"]["schemas"]["Told"].update(required=["title"]),
        lambda new: operation_of(new)["responses"].update({"304": {}, "413": {}}),
        lambda new: operation_of(new)["responses"]["200"].update(headers={"ETag": {}}),
        lambda new: operation_of(new).update(security=[{}, {"Key": []}]),
        lambda new: new["paths"]["/it"].update(get={"operationId": "see", "responses": {}}),
    ],
)
def test_what_is_added_breaks_nothing(change):
    new = described_operation()
    change(new)
    assert openapi.broken(described_operation(), new) == []


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


NOBODY = "http://127.0.0.1:9/"


@pytest.fixture
def calendar(tables, now):
    """One of everything that an answer can hold."""
    make.group(categories=["python"], ical=NOBODY).save()
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


@pytest.mark.parametrize("path", sorted(path for path in current()["paths"]))
def test_every_status_that_may_be_answered_is_described(path):
    for method, operation in current()["paths"][path].items():
        said = operation["responses"].keys()
        assert said >= {"406", "500", "503"}
        assert ("415" in said) == (method in {"post", "put"})
        if "requestBody" in operation:
            assert said >= {"400", "413"}
        names = {each["name"] for each in operation["parameters"]}
        if "security" not in operation and path != "/api/health":
            assert "304" in said
            assert ("414" in said) == ("limit" in names)
        assert ("If-None-Match" in names) == bool({"304", "412"} & said)
        assert ("If-Match" in names) == ("412" in said)
        of_staff = {"StaffSession": []} in operation.get("security", ())
        assert ("X-CSRFToken" in names) == (of_staff and method != "get")


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/api/events", "/api/events"),
        ("/api/events/{event_id}", "/api/events/{event_id}"),
        ("/api/groups", "/api/groups"),
        ("/api/groups/pythons/events", "/api/groups/{group_id}/events"),
        ("/api/locations", "/api/locations"),
        ("/api/categories", "/api/categories"),
        ("/api/weeks/{week}", "/api/weeks/{week}"),
        ("/api/openapi.json", "/api/openapi.json"),
        ("/api/health", "/api/health"),
        ("/api/admin/events/{event_id}", "/api/admin/events/{event_id}"),
        ("/api/admin/events/pending", "/api/admin/events/pending"),
    ],
)
def test_the_headers_of_an_answer_are_described(client, calendar, now, address, path):
    _, key = ApiKey.make("Reader", ["read"], by="user:ada", now=make.NOW)
    sent = {"authorization": f"Bearer {key}"} if "admin" in path else {}
    there = address.format(event_id=calendar, week=f"{now + DAY:%G-W%V}")
    response = client.get(there, headers=sent)
    assert response.status_code == 200
    whole = current()
    described = whole["paths"][path]["get"]["responses"]["200"].get("headers", {})
    known = whole["components"]["headers"]
    assert {name for name in response.headers if name in known} == described.keys()
    assert all(said["$ref"].rpartition("/")[2] in known for said in described.values())


def test_what_a_problem_has_beside_is_described():
    problem = current()["components"]["schemas"]["Problem"]
    always = {"type", "title", "status", "detail", "errors"}
    assert set(problem["required"]) == always
    assert problem["properties"].keys() - always == {"known", "decision", "differences"}
    answers = current()["components"]["responses"]
    assert "WWW-Authenticate" in answers["401"]["headers"]
    assert {"Retry-After", "RateLimit-Reset"} <= answers["429"]["headers"].keys()
    assert answers["302"]["headers"].keys() == {"Location"}
    assert answers["304"]["headers"].keys() == {"ETag"}


OPERATIONS = [
    (method, path) for path, operations in current()["paths"].items() for method in operations
]
PROBED = hypothesis(
    max_examples=40 if os.environ.get("CI") else 12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Probed:
    """The API by its description, headers with a key, and what is there to be decided on."""

    api: object
    headers: dict
    known: dict

    def cases(self, path, method, mode):
        made = self.api[path][method].as_strategy(generation_mode=mode)
        about_known = mode is GenerationMode.POSITIVE and path.startswith("/api/admin/")
        return made.map(self.of_known) if about_known else made

    def of_known(self, case):
        """Return a case about what is there, as it is there: an ETag that is made up would end most of them at once."""
        case.path_parameters = {name: self.known[name] for name in case.path_parameters or ()}
        for name in probing.CONDITIONS:
            case.headers.pop(name, None)
        return case

    def call(self, case):
        """Send a case; feeds that it makes up are on this machine, for nothing here asks the outside."""
        if isinstance(case.body, dict) and "://" in str(case.body.get("ical")):
            case.body["ical"] = NOBODY
        return case.call(headers=self.headers)


@pytest.fixture
def probed(calendar, settings):
    settings.SUBMISSIONS_PER_HOUR = settings.SUBMISSIONS_PER_EMAIL_AND_DAY = 10**6
    settings.FEED_PREVIEWS_PER_HOUR = settings.API_REQUESTS_PER_KEY_AND_HOUR = 10**6
    event = make.event("Waiting", status="pending", source_type="submission")
    group = make.group("waiting", status="pending", ical=NOBODY)
    for item in (event, group):
        item.save()
        item.edit(Act("user:ada", make.NOW), {"description": "Old"})
    batch = Batch.begin("event", "approved", [event.key], Act("user:ada", make.NOW))
    _, key = ApiKey.make("Probe", ["admin", "submit-trusted"], by="user:ada", now=make.NOW)
    return Probed(
        schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application()),
        {"Authorization": f"Bearer {key}"},
        {"event_id": event.key, "group_id": group.key, "batch_id": batch.sort, "week": "2026-W36"},
    )


@pytest.mark.django_db  # sessions are looked up, and a real WSGI request looks after an open connection
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_request_gets_what_is_not_described(probed, method, path):
    """Status, type, headers and schema of what is made up, valid (of what is there) or not."""
    for mode in GenerationMode:

        @PROBED
        @given(probed.cases(path, method, mode))
        def probe(case):
            probing.check(case, probed.call(case), probed.headers)

        # Where anything is valid there is nothing invalid to make up.
        with suppress(*([Unsatisfiable] if mode is GenerationMode.NEGATIVE else [])):
            probe()


@pytest.mark.django_db
def test_no_series_of_requests_gets_what_is_not_described(probed):
    class Series(probed.api.as_state_machine()):
        def get_call_kwargs(self, case):
            return {"headers": probed.headers}

        def validate_response(self, response, case, **_more):
            probing.check(case, response, probed.headers)

    Series.run(settings=hypothesis(PROBED, stateful_step_count=8))


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
