"""Somebody, by all the names that the tables may know them under."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from dctech.submissions.limits import hashed

ERASED = "erased"
"""What stands in the place of a name or an address."""


@dataclass(frozen=True)
class Person:
    """`emails` are their addresses in lower case, `usernames` those of their accounts, `user_ids` the keys of these."""

    emails: tuple[str, ...]
    usernames: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()

    @cached_property
    def names(self) -> re.Pattern[str]:
        """What names them in a text: an address as a whole, and `user:<name>`, which is who did something."""
        addresses = "|".join(re.escape(email).replace("@", "(?:@|%40)") for email in self.emails)
        users = "|".join(re.escape(name) for name in self.usernames)
        found = rf"(?:(?<![\w.+-])|(?<=%[0-9a-f]{{2}}))(?:{addresses})(?![\w-]|\.\w)"
        if users:
            found += rf"|(?<=user:)(?:{users})(?![\w.@+-])"
        return re.compile(found, re.IGNORECASE)

    @cached_property
    def digests(self) -> frozenset[str]:
        """What limits count them under: their own keyed hash, and allauth's plain one."""
        own = {hashed("email", email) for email in self.emails}
        return frozenset(own | {hashlib.sha256(e.encode()).hexdigest() for e in self.emails})

    def is_named_in(self, text: str) -> bool:
        return self.names.search(text) is not None

    def without(self, text: str) -> str:
        """Return a text with ERASED where they were named."""
        return self.names.sub(ERASED, text)
