"""The API about itself: whether it is well, and what it can do."""

from typing import Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema
from pydantic import Field

from dctech.api.conditional import answer, kept, public, public_uncached
from dctech.dynamodb import Table

router = Router(tags=["About"])


class Health(Schema):
    status: Literal["ok"] = Field(description="It is alive.")
    tables: Literal["ok"] = Field(
        description="Every table has answered; where one does not, it is 503."
    )


@router.get(
    "/health", response=Health, operation_id="get_health", summary="Whether it is alive and well"
)
@public_uncached
def get_health(request: HttpRequest) -> HttpResponse:
    """Reads from each table."""
    for table in Table.models():
        next(iter(table.query("health", limit=1)), None)
    return JsonResponse({"status": "ok", "tables": "ok"}, headers={"Cache-Control": "no-store"})


@router.get(
    "/openapi.json",
    operation_id="get_openapi",
    summary="This description",
    response=dict,
    openapi_extra=kept(),
)
@public()
def get_openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1."""
    from dctech.api.description import description  # noqa: PLC0415 - it knows all endpoints

    return answer(description())
