"""The API's description in OpenAPI 3.1: what django-ninja knows of it, and the problems that any answer may be."""

import json
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from importlib import import_module
from typing import Any

from ninja import Schema
from pydantic import Field

from dctech.api.api import api
from dctech.api.problems import COMPONENTS, DETAILS, PROBLEM

ALWAYS = (406, 503)
MERGED = 302


class FieldError(Schema):
    field: str
    message: str


class Problem(Schema):
    """RFC 9457. `type` is an address that explains it."""

    type: str = Field(json_schema_extra={"format": "uri"})
    title: str
    status: int
    detail: str
    errors: list[FieldError]


def described() -> dict[str, Any]:
    """Return the description, whoever asks first: the URLconf mounts what it describes."""
    import_module("dctech.api.urls")
    return description()


@cache
def description() -> dict[str, Any]:
    """Return the whole description, as plain JSON."""
    schema = dict(api.get_openapi_schema(path_prefix="/api/"))
    for operations in schema["paths"].values():
        for operation in operations.values():
            _complete(operation)
    components = schema["components"]
    components["schemas"] |= _schemas()
    components["responses"] = _responses()
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


def _complete(operation: dict[str, Any]) -> None:
    responses = {str(status): answer for status, answer in operation["responses"].items()}
    for status in ALWAYS:
        responses.setdefault(str(status), {"$ref": f"{COMPONENTS}{status}"})
    operation["responses"] = dict(sorted(responses.items()))
    for parameter in operation["parameters"]:
        _tidy(parameter)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        _without_null(content["schema"])


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
    return {**problem.pop("$defs"), "Problem": problem}


def _responses() -> dict[str, Any]:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers: dict[str, Any] = {
        str(status): {"description": detail, "content": content}
        for status, detail in DETAILS.items()
    }
    for status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        answers[str(status.value)]["headers"] = {
            "Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}
        }
    address = {"description": "Its address here.", "schema": {"type": "string"}}
    answers[str(MERGED)] = {
        "description": "It was merged into another.",
        "headers": {"Location": address},
    }
    return answers
