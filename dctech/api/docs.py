"""The page that explains the API, made from its description: it loads nothing, and cannot say anything else."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dctech.api.prefix import PREFIX
from dctech.api.problems import DETAILS


def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation, what its answers hold, and every problem."""
    # With the first look at this page: no other one needs django-ninja.
    from dctech.api.description import described  # noqa: PLC0415

    schema = described()
    context = {
        "openapi": f"{PREFIX}openapi.json",
        "about": schema["info"]["description"],
        "parts": list(_parts(schema)),
        "schemas": [_schema(*item) for item in sorted(schema["components"]["schemas"].items())],
        "problems": DETAILS.items(),
    }
    return render(request, "api/docs.html", context)


def _parts(schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the operations by their first tag, in the order in which they are mounted."""
    by_tag: dict[str, list[dict[str, Any]]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            shown = by_tag.setdefault(operation["tags"][0], [])
            shown.append(_operation(method, path, operation, schema["components"]["responses"]))
    for tag, shown in by_tag.items():
        yield {"name": tag, "operations": shown}


def _operation(
    method: str, path: str, operation: Mapping[str, Any], shared: Mapping[str, Any]
) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return {
        "method": method.upper(),
        "path": path,
        "id": operation["operationId"],
        "summary": operation["summary"],
        "description": _marked(operation.get("description", "")),
        "locked": bool(operation.get("security")),
        "parameters": [_parameter(each) for each in operation["parameters"]],
        "body": _type(body["schema"]) if body else "",
        "answers": [
            _answer(status, shared[status] if "$ref" in answer else answer)
            for status, answer in operation["responses"].items()
            if int(status) not in DETAILS
        ],
        "problems": [status for status in operation["responses"] if int(status) in DETAILS],
    }


def _answer(status: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    return {
        "status": status,
        "type": _type(schema) if schema else str(answer["description"]).removesuffix("."),
        "explained": "$ref" in (schema or {}),
        "headers": list(answer.get("headers", ())),
    }


def _parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    return {
        "name": parameter["name"],
        "header": parameter["in"] == "header",
        "required": parameter.get("required", False),
        "type": _type(schema),
        "description": _marked(parameter.get("description", "")),
        "default": schema.get("default"),
        "example": parameter.get("example"),
    }


def _schema(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    fields = schema.get("properties", {}).items()
    return {
        "name": name,
        "fields": [
            {
                "name": field,
                "type": _type(details),
                "description": _marked(details.get("description", "")),
                "example": (details.get("examples") or [None])[0],
            }
            for field, details in fields
        ],
    }


def _marked(text: str) -> SafeString:
    """Return a text as HTML, with what stands between backticks as code."""
    parts = enumerate(text.split("`"))
    pairs = (("<code>{}</code>" if n % 2 else "{}", part) for n, part in parts)
    return SafeString("".join(format_html(form, part) for form, part in pairs))


def _type(schema: Mapping[str, Any]) -> str:
    """Return a schema in a few words: `Event[]`, `date-time or null`, `1 to 200`."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if values := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return " | ".join(map(str, values))
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))}[]"
    bounds = f" {schema.get('minimum', 0)} to {schema['maximum']}" if "maximum" in schema else ""
    return str(schema.get("format") or schema.get("type") or "any") + bounds
