"""Why a decision or an edit was not carried out: each refusal is a sentence for the person who asked."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext


class Refused(Exception):  # noqa: N818 - it is an answer to a person, not a fault
    """Nothing was changed, and this is why."""


class AlreadyDecided(Refused):
    """Somebody else decided first.

    `status` is what they decided, `by` who (`user:ada`), `at` when; both None where nobody did.
    """

    def __init__(self, status: str, by: str | None, at: dt.datetime | None) -> None:
        self.status, self.by, self.at = status, by, at
        super().__init__(status, by, at)

    def __str__(self) -> str:
        if not self.by or not self.at:
            return str(gettext("It is %(status)s already.")) % {"status": self.status}
        return str(gettext("It was %(status)s by %(name)s at %(time)s.")) % {
            "status": self.status,
            "name": self.by.removeprefix("user:"),
            "time": f"{self.at:%Y-%m-%d %H:%M} UTC",
        }


class Stale(Refused):
    """Somebody else changed it meanwhile. `differences`: field -> (as it was read, as it is now), in plain values."""

    def __init__(self, differences: Mapping[str, tuple[Any, Any]]) -> None:
        self.differences = dict(differences)
        super().__init__(self.differences)

    def __str__(self) -> str:
        return str(
            gettext("It was changed meanwhile: %(fields)s. Look at it again, then repeat.")
        ) % {"fields": ", ".join(sorted(self.differences)) or gettext("details")}


class Gone(Refused):
    """It was deleted meanwhile."""

    def __str__(self) -> str:
        return str(gettext("It was deleted meanwhile."))


class NothingToUndo(Refused):
    """There is no such change, or it left nothing that could be taken back."""

    def __str__(self) -> str:
        return str(gettext("There is nothing to take back."))
