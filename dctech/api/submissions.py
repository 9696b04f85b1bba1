"""What submitting an event and submitting a group by HTTP have in common: limits, trust, idempotency, the answer."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from dctech import clients, notices
from dctech.api.auth import Caller, KeyAuth, caller_of, note, too_many
from dctech.api.idempotency import HEADER, Posted
from dctech.api.problems import Problem, refusals
from dctech.moderation import APPROVED, PENDING, Act, Moderated, Refused
from dctech.submissions import acts
from dctech.submissions.limits import FROM_ADDRESS, FROM_EMAIL, Limit, TooMany
from dctech.submissions.links import private_link

TRUSTED = "submit-trusted"


class Submitted(Schema):
    status: Literal["pending", "approved"] = Field(
        description="`approved` at once with a key of scope `submit-trusted`."
    )
    message: str = Field(examples=["Event submitted for approval"])
    id: str
    status_url: str = Field(
        description="The submitter's own page: whoever has the address may change and withdraw it."
    )


OPENAPI = {
    "security": [{}, {"KeyAuth": []}],
    "parameters": [
        {
            "name": HEADER,
            "in": "header",
            "description": "Any text of your own: sent again with the same body within 24 hours, "
            "it gets the same answer, and nothing is stored twice.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~ ]+$"},
        }
    ],
    **refusals(400, 401, 409, 410, 422, 429),
}


def sender(request: HttpRequest) -> Caller:
    """Authenticate whoever submits: a program by its key, else anybody; raise Problem 401 or 429.

    Sessions are not looked at: a page of another site could send with them.
    """
    return KeyAuth()(request) or Caller(acts.SUBMITTER)


@dataclass(frozen=True, slots=True)
class Post:
    """One submission by HTTP."""

    request: HttpRequest
    sender: Caller
    now: dt.datetime
    record: Posted | None

    @classmethod
    def of(cls, request: HttpRequest) -> "Post":
        """Look at how it is sent; raise Problem."""
        caller = caller_of(request)
        name = caller.by if caller.key else clients.address(request)
        return cls(request, caller, timezone.now(), Posted.under(request, name))

    @property
    def trusted(self) -> bool:
        return self.sender.key is not None and TRUSTED in self.sender.key.scopes

    @property
    def status(self) -> str:
        """The status of what is new."""
        return APPROVED if self.trusted else PENDING

    @property
    def act(self) -> Act:
        return Act(self.sender.by, self.now)

    def once(
        self, model: type[Moderated], store: Callable[["Post"], dict[str, Any]]
    ) -> Status[dict[str, Any]]:
        """Carry it out, unless it was before; raise Problem."""
        if said := self._repeated(model):
            return Status(202, said)
        try:
            said = store(self)
        except Problem:
            # Of two at once the other one may have been first, under the same key.
            if not (said := self._repeated(model)):
                raise
        return Status(202, said)

    def _repeated(self, model: type[Moderated]) -> dict[str, Any] | None:
        """Return the answer to a post that was carried out before, None for a new one; raise Problem 410 or 422."""
        earlier = self.record.earlier(self.now) if self.record else None
        if earlier is None:
            return None
        item = model.find(earlier.item_id)
        if item is None:
            raise Problem(410, f"The {model.KIND} that was sent under this {HEADER} was deleted.")
        return answer(item, earlier.status)

    def limit(self, email: str) -> None:
        """Count a submission as the pages do; raise Problem 429. A trusted key has its own limit alone."""
        if not self.trusted:
            self.take(FROM_ADDRESS, clients.address(self.request))
            self.take(FROM_EMAIL, email)

    def take(self, limit: Limit, who: str) -> None:
        try:
            note(self.request, limit.take(who, self.now))
        except TooMany as used_up:
            detail = "That is as much as may be sent in this time."
            raise too_many(self.request, used_up, detail) from used_up

    def send(self, items: Iterable[Moderated], taken: Callable[[], Exception]) -> dict[str, Any]:
        """Store the first of these that can be, and return the answer; raise what `taken` makes where none can."""
        for item in items:
            try:
                acts.send(item, self.act, item.label, also=self._keeping(item))
            except Refused:  # somebody took its id at the same moment
                continue
            notices.received(item)
            return answer(item, item.status)
        raise taken()

    def _keeping(self, item: Moderated) -> Any:
        record = self.record
        if record is None:
            return None
        return lambda write: record.keep(write, item.key, item.status, self.now)


def answer(item: Moderated, status: str) -> dict[str, Any]:
    """Return what the sender is told."""
    name = item.KIND.capitalize()
    said = f"{name} published" if status == APPROVED else f"{name} submitted for approval"
    return {"status": status, "message": said, "id": item.key, "status_url": private_link(item)}
