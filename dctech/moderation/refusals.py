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
        undecided, decided = self.sentences()[self.status]
        if not self.by or not self.at:
            return str(undecided)
        who, when = self.by.removeprefix("user:"), f"{self.at:%Y-%m-%d %H:%M} UTC"
        return str(decided) % {"name": who, "time": when}

    @staticmethod
    def sentences() -> dict[str, tuple[str, str]]:
        """Return what to say of each status: where nobody is known to have decided, and where somebody is."""
        return {
            "pending": (
                gettext("It is pending."),
                gettext("It was put back by %(name)s at %(time)s."),
            ),
            "approved": (
                gettext("It is approved already."),
                gettext("It was approved by %(name)s at %(time)s."),
            ),
            "rejected": (
                gettext("It is rejected already."),
                gettext("It was rejected by %(name)s at %(time)s."),
            ),
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


class NoSuchVersion(Refused):
    """It has never been what somebody says to have seen. `version` is what it is at."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(version)

    def __str__(self) -> str:
        return str(gettext("There is no such version of it: it is at version %(version)s.")) % {
            "version": self.version
        }


class ProposalChanged(Stale):
    """What waits to be reviewed is not what was shown."""

    def __init__(self) -> None:
        super().__init__({})

    def __str__(self) -> str:
        return str(
            gettext("The proposed change is another one meanwhile. Look at it again, then repeat.")
        )


class Gone(Refused):
    """It was deleted meanwhile."""

    def __str__(self) -> str:
        return str(gettext("It was deleted meanwhile."))


class Unknown(Gone):
    """It has never been there."""

    def __str__(self) -> str:
        return str(gettext("There is nothing with this id."))


class NothingToUndo(Refused):
    """There is no such change, or it left nothing that could be taken back."""

    def __str__(self) -> str:
        return str(gettext("There is nothing to take back."))
