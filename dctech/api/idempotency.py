"""Posts that may be sent again: draft-ietf-httpapi-idempotency-key-header-07.

The answer is kept in the transaction that stores what was posted: of two posts at once one is stored, and both get
its answer. What was refused is not kept, so that it can be mended and sent again under the same key.
"""

import datetime as dt
import hashlib
import re
from typing import Self

from django.http import HttpRequest
from pynamodb.attributes import UnicodeAttribute
from pynamodb.transactions import TransactWrite

from dctech.api.problems import Problem
from dctech.models import Operation

KEPT = dt.timedelta(hours=24)
HEADER = "Idempotency-Key"
PRINTABLE = re.compile(r"[!-~ ]{1,200}")


class Posted(Operation):
    """A post that was carried out: partition `posted`, sort the hash of its key, its address and who sent it."""

    fingerprint = UnicodeAttribute()
    """SHA-256 of the body."""
    item_id = UnicodeAttribute()
    status = UnicodeAttribute()

    @classmethod
    def under(cls, request: HttpRequest, sender: str) -> Self | None:
        """Return the unsaved record of a request; None without a key. Raises Problem 400 for what is no key."""
        key = request.headers.get(HEADER)
        if key is None:
            return None
        if not PRINTABLE.fullmatch(key):
            raise Problem(400, errors=[(HEADER, "Send 1 to 200 printable characters.")])
        named = f"{sender}\n{request.path}\n{key}"
        body = hashlib.sha256(request.body).hexdigest()
        return cls("posted", hashlib.sha256(named.encode()).hexdigest(), fingerprint=body)

    def earlier(self, now: dt.datetime) -> Self | None:
        """Return what was carried out under this key; raise Problem 422 where that was something else."""
        try:
            found = self.get(self.partition, self.sort, consistent_read=True)
        except self.DoesNotExist:
            return None
        if found.ttl is None or found.ttl <= now:
            return None
        if found.fingerprint != self.fingerprint:
            raise Problem(
                422,
                "Another body was sent with this Idempotency-Key.",
                errors=[(HEADER, "Send another key with another body.")],
            )
        return found

    def keep(self, write: TransactWrite, item_id: str, status: str, now: dt.datetime) -> None:
        """Add to a transaction that it was carried out; the transaction fails where one was under this key."""
        self.item_id, self.status, self.ttl = item_id, status, now + KEPT
        write.save(self, condition=Posted.partition.does_not_exist() | (Posted.ttl <= now))
