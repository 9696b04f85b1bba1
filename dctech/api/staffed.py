"""A kind of item as the staff's endpoints know it, and what each of them says of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from ninja import Path, Schema

from dctech.api.acting import etag_of
from dctech.api.problems import Problem, refusals
from dctech.api.staff_schemas import ID_LENGTH
from dctech.moderation import Moderated
from dctech.submissions.fields import clean_text


@dataclass(frozen=True, slots=True)
class Staffed:
    """`shown` makes `out` of an item, `changes` the attributes of an edit, or raises Problem 422."""

    model: type[Moderated]
    out: type[Schema]
    edit: type[Schema]
    shown: Callable[[Any], dict[str, Any]]
    changes: Callable[[Any, Mapping[str, Any]], dict[str, Any]]

    @property
    def kind(self) -> str:
        return self.model.KIND

    @property
    def one(self) -> str:
        return f"{'an' if self.kind[0] in 'aeiou' else 'a'} {self.kind}"

    @property
    def address(self) -> str:
        return f"/{{{self.kind}_id}}"

    @property
    def key_in_path(self) -> Any:
        """The parameter of an operation that is the item's id."""
        return Path(alias=f"{self.kind}_id", max_length=ID_LENGTH)  # type: ignore[type-arg]


def named(name: str, *problems: int) -> dict[str, Any]:
    """Return how an operation is called, by clients and by Django, and which problems it may answer."""
    extra = refusals(401, 403, 422, 429, *problems)
    return {"operation_id": name, "url_name": name, "openapi_extra": extra}


def told(staffed: Staffed, response: HttpResponse, item: Any) -> dict[str, Any]:
    """Return an item, with the version that If-Match names."""
    response.headers["ETag"] = etag_of(item)
    return staffed.shown(item)


def reason_of(text: str | None) -> str:
    """Return a reason without what is no text in it; raise Problem 422 where nothing is left."""
    said = clean_text(text or "").strip()
    if not said:
        raise Problem(422, errors=[("reason", "Say why.")])
    return said
