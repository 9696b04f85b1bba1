"""Whatever goes wrong, the API answers with a problem that says what, and never with a page or a trace."""

import gzip
import json
from http import HTTPStatus
from types import SimpleNamespace

import pytest
from botocore.exceptions import EndpointConnectionError
from django.test import Client

from dctech.api.keys import ApiKey
from dctech.api.problems import DETAILS, TITLES
from dctech.api.problems import problem as problem_of
from dctech.dynamodb import connection
from tests import make
from tests.test_pages import DAY, now

__all__ = ["now"]

pytestmark = pytest.mark.usefixtures("tables")

CONSTANT = {"type", "title", "status", "detail", "errors"}


def problem(response, status):
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] in {"no-store", "private, no-store"}
    said = response.json()
    assert said["status"] == status
    assert said["type"] == f"http://127.0.0.1:8000/api/docs#problem-{status}"
    assert said.keys() >= CONSTANT
    return said


@pytest.fixture(params=[False, True], ids=["production", "debug"])
def debug(request, settings):
    settings.DEBUG = request.param


@pytest.mark.parametrize(
    "address", ["/api/nope", "/api/events/x/y", "/api/events/", "/api/events/x"]
)
def test_unknown_addresses(client, debug, address):
    assert problem(client.get(address), 404)["title"] == "Not Found"


def test_another_method_names_those_there_are(client, debug):
    response = client.delete("/api/events")
    problem(response, 405)
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_another_format_is_not_made(client, debug):
    problem(client.get("/api/events", headers={"accept": "text/csv"}), 406)
    problem(client.get("/api/events", headers={"accept": "application/json;q=0"}), 406)
    for accepted in (
        "",
        " ",
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;indent=2",
        "application/problem+json",
        "*/*",
        "text/html, */*;q=0.1",
        "application/*",
    ):
        assert client.get("/api/events", headers={"accept": accepted}).status_code == 200


def test_another_body_is_not_read(client, debug):
    problem(client.post("/api/events", "title=x", content_type="text/plain"), 415)


def test_a_compressed_body_is_not_read(client):
    body = gzip.compress(b"{}")
    sent = {"content_type": "application/json", "headers": {"content-encoding": "GZIP"}}
    response = client.post("/api/events/submit", body, **sent)
    assert problem(response, 415)["detail"] == "A body is sent uncompressed."
    assert response.headers["Accept-Encoding"] == "identity"
    sent["headers"] = {"content-encoding": "identity"}
    problem(client.post("/api/events/submit", b"{}", **sent), 422)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "The body is no JSON object."),
        (b"null", "The body is no JSON object."),
        (b'{"title": NaN}', "The body is no JSON object."),
        (b'{"title": "a", "title": "b"}', "The body names something twice in one object."),
        (
            b'{"more_days": [{"date": 1, "date": 2}]}',
            "The body names something twice in one object.",
        ),
        ('{"title": "a"}'.encode("utf-16"), "The body is not UTF-8."),
        ('{"title": "é"}'.encode("latin-1"), "The body is not UTF-8."),
    ],
)
def test_a_body_that_readers_differ_about_is_not_read(client, debug, body, detail):
    response = client.post("/api/events/submit", body, content_type="application/json")
    assert problem(response, 400)["detail"] == detail


def test_titles_are_those_of_the_rfcs_whatever_python_calls_them():
    assert TITLES.keys() == DETAILS.keys()
    others = {s: TITLES[s] for s in TITLES if TITLES[s] != HTTPStatus(s).phrase}
    assert (
        others.items()
        <= {
            413: "Content Too Large",
            414: "URI Too Long",
            422: "Unprocessable Content",
        }.items()
    )
    assert problem_of(422).headers["Content-Type"] == "application/problem+json"
    assert json.loads(problem_of(422).content)["title"] == "Unprocessable Content"


def test_an_address_that_is_too_long_is_a_problem(client):
    said = problem(client.get("/api/events", {"group_id": ["pythons"] * 900}), 414)
    assert (said["title"], said["detail"]) == ("URI Too Long", "The address is too long.")


@pytest.mark.parametrize("cookie", ["sessionid=abc", "csrftoken=abc", "sessionid=; csrftoken=?"])
@pytest.mark.parametrize("address", ["/api/events", "/api/health", "/api/events?limit=0", "/api/x"])
def test_a_cookie_changes_nothing_of_what_everybody_reads(client, cookie, address):
    response = client.get(address, headers={"cookie": cookie})
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("limit=0", "limit", "Input should be greater than or equal to 1"),
        ("limit=201", "limit", "Input should be less than or equal to 200"),
        (
            "limit=many",
            "limit",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        ("state=XX", "state", "String should match pattern '^(DC|MD|VA)(,(DC|MD|VA))*$'"),
        (
            "start_date=2026-02-30",
            "start_date",
            "Write a day of 1970 to 2200 like 2026-09-01.",
        ),
        (
            "start_date=2026-02-02&end_date=2026-02-01",
            "end_date",
            "It is before the start_date 2026-02-02.",
        ),
        (
            "location_type=moon",
            "location_type",
            "Input should be 'in_person', 'virtual' or 'hybrid'",
        ),
    ],
)
def test_a_value_that_is_not_valid_is_named(client, debug, query, field, message):
    said = problem(client.get(f"/api/events?{query}"), 422)
    assert said["errors"] == [{"field": field, "message": message}]


def test_a_filter_of_too_many_values_is_refused(client):
    many = ",".join(f"slug-{number}" for number in range(21))
    said = problem(client.get("/api/events", {"category": many}), 422)
    assert [error["field"] for error in said["errors"]] == ["category"]
    assert client.get("/api/events", {"category": many.rpartition(",")[0]}).status_code == 200


def test_another_host_is_refused(client, debug):
    problem(client.get("/api/events", headers={"host": "evil.example.org"}), 400)


def throttled(**_call):
    """Answer as AWS does; botocore takes it for the reply."""
    error = {"Code": "ThrottlingException", "Message": "Rate exceeded"}
    return SimpleNamespace(status_code=400), {"Error": error, "ResponseMetadata": {}}


def broken(**_call):
    error = {"Code": "ValidationException", "Message": "secret words"}
    return SimpleNamespace(status_code=400), {"Error": error, "ResponseMetadata": {}}


def away(**_call):
    raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")


@pytest.fixture
def dynamodb_is(engine):
    """Return a function after which every operation is answered by another."""
    events, replies = connection().client.meta.events, []

    def answer(reply):
        events.register_first("before-call.dynamodb", reply)
        replies.append(reply)

    yield answer
    for reply in replies:
        events.unregister("before-call.dynamodb", reply)


@pytest.mark.parametrize(
    "address", ["/api/events", "/api/groups/x", "/api/events/x", "/api/health"]
)
@pytest.mark.parametrize("reply", [throttled, away])
def test_where_dynamodb_throttles_or_is_away_one_is_to_come_back(
    client, debug, dynamodb_is, address, reply
):
    dynamodb_is(reply)
    response = client.get(address)
    problem(response, 503)
    assert response.headers["Retry-After"] == "5"


def test_a_fault_of_ours_is_a_problem_without_its_words(debug, dynamodb_is):
    client = Client(raise_request_exception=False)
    dynamodb_is(broken)
    response = client.get("/api/events")
    assert problem(response, 500)["detail"] == "Something went wrong on our side."
    assert b"secret words" not in response.content


def test_health_needs_every_table(client):
    response = client.get("/api/health")
    assert response.json() == {"status": "ok", "tables": "ok"}
    assert response.headers["Cache-Control"] == "no-store"


def test_scripts_of_other_sites_read_what_is_public_and_its_problems(client):
    for address in (
        "/api/events",
        "/api/events?limit=0",
        "/api/events/x",
        "/api/groups",
        "/api/health",
    ):
        response = client.get(address, headers={"origin": "https://example.org"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
    for response in (
        client.get("/api/events", headers={"accept": "text/csv"}),
        client.post("/api/events", "title=x", content_type="text/plain"),
        client.delete("/api/events"),
    ):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
    preflight = client.options(
        "/api/events/upcoming",
        headers={
            "origin": "https://example.org",
            "access-control-request-method": "GET",
            "access-control-request-headers": "if-none-match",
        },
    )
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert "Content-Type" not in preflight.headers
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in preflight.headers["Access-Control-Allow-Headers"]


def test_what_is_the_staffs_is_not_for_scripts_of_other_sites(client):
    for response in (
        client.get("/api/admin/events/pending", headers={"accept": "text/csv"}),
        client.options("/api/admin/events/pending"),
        client.get("/api/nope", headers={"accept": "text/csv"}),
    ):
        assert response.status_code in {405, 406}
        assert "Access-Control-Allow-Origin" not in response.headers
    allowed = client.patch("/api/admin/events/x").headers["Allow"]
    assert allowed == "DELETE, GET, HEAD, PUT"
    assert client.get("/api/admin/events/x/approve").headers["Allow"] == "PUT"


def test_what_has_no_content_has_no_type(client, now):
    event = make.event("Python Night", now + DAY)
    event.create()
    seen = client.get("/api/events").headers["ETag"]
    unchanged = client.get("/api/events", headers={"if-none-match": seen})
    _, key = ApiKey.make("Deletes", ["admin"], by="user:ada", now=make.NOW)
    sent = {"authorization": f"Bearer {key}"}
    deleted = client.delete(f"/api/admin/events/{event.event_id}", headers=sent)
    for response, status in ((unchanged, 304), (deleted, 204)):
        assert (response.status_code, response.content) == (status, b"")
        assert "Content-Type" not in response.headers


def test_the_rest_of_the_site_is_not_the_apis(client):
    assert client.get("/nope/").headers["Content-Type"].startswith("text/html")
    assert client.get("/api/").url == client.get("/api").url == "/api/docs"
