"""The API's description in OpenAPI 3.1: what django-ninja knows of it, and what holds for every answer."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from dctech.api.api import api
from dctech.api.gate import WITH_BODY
from dctech.api.problems import COMPONENTS, DETAILS, HEADERS, PROBLEM

ALWAYS = (406, 500, 503)
FOR_A_BODY = (400, 413)
MERGED, UNCHANGED = 302, 304

LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
RESPONSE_HEADERS = {
    "Accept": ("What a body is sent as.", "string"),
    "Accept-Encoding": ("How a body is sent.", "string"),
    "Allow": ("The methods that it answers to.", "string"),
    "ETag": ("The version of the answer: send it back as If-None-Match, or as If-Match.", "string"),
    "Last-Modified": (
        "When what it shows last changed. Go by the ETag: what left has no date.",
        "string",
    ),
    "Location": ("Where to go on.", "string"),
    "RateLimit-Limit": (
        "How many requests the limit allows that is nearest to its end.",
        "integer",
    ),
    "RateLimit-Remaining": ("How many of them are left.", "integer"),
    "RateLimit-Reset": ("Seconds until it begins anew.", "integer"),
    "Retry-After": ("Seconds.", "integer"),
    "WWW-Authenticate": ("Why a key is refused (RFC 6750).", "string"),
}
"""name -> (description, type)"""

WITH_PROBLEM = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    405: ("Allow",),
    415: ("Accept", "Accept-Encoding"),
    429: ("Retry-After", *LIMITS),
    503: ("Retry-After",),
}
"""status -> the headers of such a problem"""

IF_MATCH = ("If-Match", "The ETag that was seen: 412 if it is another by now.", '"3"')
IF_NONE_MATCH = ("If-None-Match", "The ETag of what is there already.", '"3"')
CSRF = ("X-CSRFToken", "With a session: the token of its cookie `csrftoken`. A key needs none.", "")


class FieldError(Schema):
    field: str
    message: str


class Known(Schema):
    status: Literal["pending", "approved", "rejected"]
    html_url: str | None


class ProblemDecision(Schema):
    status: str
    by: str | None
    at: AwareDatetime | None


class Difference(Schema):
    field: str
    seen: Any
    now: Any


class Problem(Schema):
    """RFC 9457. `type` is an address that explains it."""

    type: str = Field(json_schema_extra={"format": "uri"})
    title: str
    status: int
    detail: str
    errors: list[FieldError]
    known: Known | None = Field(None, description="Of what was sent before: what became of it.")
    decision: ProblemDecision | None = Field(None, description="For the staff: who was first.")
    differences: list[Difference] | None = Field(
        None, description="For the staff: what is another than it was seen."
    )


def described() -> dict[str, Any]:
    """Return the description, whoever asks first: the URLconf mounts what it describes."""
    import_module("dctech.api.urls")
    return description()


@cache
def description() -> dict[str, Any]:
    """Return the whole description, as plain JSON."""
    schema = dict(api.get_openapi_schema(path_prefix="/api/"))
    components = schema["components"]
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            _complete(method, operation, components["schemas"])
    components["schemas"] |= _schemas()
    components["responses"] = _responses()
    components["headers"] = _header_objects(RESPONSE_HEADERS)
    components["schemas"] = _referred_to(schema)
    return schema


def _referred_to(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schemas that are used: django-ninja lists those of queries as well, which are parameters here."""
    schemas = dict(schema["components"]["schemas"])
    while True:
        said = json.dumps([schema["paths"], schema["components"]["responses"], schemas])
        used = {name: each for name, each in schemas.items() if f'schemas/{name}"' in said}
        if len(used) == len(schemas):
            return used
        schemas = used


def _complete(method: str, operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Say of an operation what holds for all of its like."""
    responses = {str(status): answer for status, answer in operation["responses"].items()}
    for status in _beside(method, operation):
        responses.setdefault(str(status), {"$ref": f"{COMPONENTS}{status}"})
    operation["responses"] = dict(sorted(responses.items()))
    for answer in responses.values():
        if "$ref" not in answer and (names := list(_headers(method, operation, answer, schemas))):
            refs = {name: {"$ref": f"{HEADERS}{name}"} for name in names}
            answer.setdefault("headers", {}).update(refs)
    for parameter in operation["parameters"]:
        _tidy(parameter)
    operation["parameters"] += map(_header_parameter, _conditions(method, operation))
    for content in operation.get("requestBody", {}).get("content", {}).values():
        _without_null(content["schema"])


def _beside(method: str, operation: Mapping[str, Any]) -> Iterator[int]:
    """Yield what may be answered before an operation has its say, or instead."""
    yield from ALWAYS
    if method.upper() in WITH_BODY:
        yield 415
    if "requestBody" in operation:
        yield from FOR_A_BODY


def _headers(
    method: str, operation: Mapping[str, Any], answer: Mapping[str, Any], schemas: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the headers of an answer that is no problem, by what it is."""
    content = answer.get("content", {}).get("application/json", {})
    said = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    if str(UNCHANGED) in operation["responses"] or "version" in _properties(schemas, said):
        yield "ETag"
    if said == "BatchOut" and method == "post":
        yield "Location"
    if "security" in operation:
        yield from LIMITS


def _properties(schemas: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schemas.get(name, {}).get("properties", {})
    return found


def _conditions(method: str, operation: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the headers that a request may have beside its own."""
    if "412" in operation["responses"]:
        yield IF_MATCH
    if {"304", "412"} & operation["responses"].keys():
        yield IF_NONE_MATCH
    if method != "get" and {"StaffSession": []} in operation.get("security", ()):
        yield CSRF


def _header_parameter(header: tuple[str, str, str]) -> dict[str, Any]:
    name, said, example = header
    parameter = {"in": "header", "name": name, "description": said, "schema": {"type": "string"}}
    return {**parameter, "required": False, **({"example": example} if example else {})}


def _header_objects(names: Iterable[str]) -> dict[str, Any]:
    said = {name: RESPONSE_HEADERS[name] for name in names}
    return {
        name: {"description": words, "schema": {"type": kind}}
        for name, (words, kind) in said.items()
    }


def _without_null(schema: dict[str, Any]) -> None:
    """Say what is sent, if anything is: `required` tells whether it may be left out."""
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    for kind in kinds:
        schema |= kind


def _tidy(parameter: dict[str, Any]) -> None:
    """Say of a parameter what HTTP can: an address has no null, and OpenAPI's examples have names."""
    schema = parameter["schema"]
    _without_null(schema)
    if examples := schema.get("examples"):
        parameter.pop("examples", None)
        parameter["example"] = examples[0]


def _schemas() -> dict[str, Any]:
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for field in problem["properties"].values():
        _without_null(field)  # what a problem has not is left out
        field.pop("default", None)
    return {**problem.pop("$defs"), "Problem": problem}


def _responses() -> dict[str, Any]:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers: dict[str, Any] = {
        str(status): {"description": detail, "content": content}
        for status, detail in DETAILS.items()
    }
    for status, names in WITH_PROBLEM.items():
        answers[str(status)]["headers"] = _header_objects(names)
    for status, said, name in (
        (MERGED, "It was merged into another.", "Location"),
        (UNCHANGED, "It is what the ETag in If-None-Match names.", "ETag"),
    ):
        answers[str(status)] = {"description": said, "headers": _header_objects([name])}
    return answers
