"""Where the next page begins: signed, so that nobody makes one up, and good for one endpoint and filter alone."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer

from dctech.api.problems import Problem


class Cursors:
    """The cursors of one list. `scope` is all that decides what the list has in it and in which order."""

    def __init__(self, endpoint: str, scope: Mapping[str, object]) -> None:
        said = urlencode(sorted((name, str(value)) for name, value in scope.items() if value))
        # Without a time in it: the same page has the same cursor, and so the same ETag.
        self._signer = Signer(salt=f"api.cursor:{endpoint}?{said}")

    def write(self, position: Any) -> str:
        """Return the cursor of a position, which is plain JSON."""
        return str(self._signer.sign_object(position))

    def read(self, cursor: str) -> Any:
        """Return the position; raise Problem 400 for what was not written for this list."""
        try:
            return self._signer.unsign_object(cursor)
        except (BadSignature, ValueError) as error:
            raise Problem(
                400,
                "The cursor is not one of this list: send `next` back as it came, with the same filters.",
                errors=[("cursor", "It was not made by this endpoint for these filters.")],
            ) from error
