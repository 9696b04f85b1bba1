"""A stage's settings in the Parameter Store, each under the name of the variable that it stands for."""

import re
import sys
from collections.abc import Mapping, Sequence
from getpass import getpass
from pathlib import Path

from botocore.session import get_session  # noqa: TID251 - SSM, on the way there

SETTINGS = "dctech/settings.py"
"""What reads them, in the repository."""

NAME = re.compile(r"[A-Z][A-Z0-9_]*")


class Store:
    """The settings below a path, such as /dctech-events/prod."""

    def __init__(self, path: str, region: str) -> None:
        self._path = path
        self._client = get_session().create_client("ssm", region_name=region)

    def names(self) -> set[str]:
        pages = self._client.get_paginator("get_parameters_by_path").paginate(Path=self._path)
        return {each["Name"].rpartition("/")[2] for page in pages for each in page["Parameters"]}

    def value(self, name: str) -> str:
        return str(
            self._client.get_parameter(Name=f"{self._path}/{name}", WithDecryption=True)[
                "Parameter"
            ]["Value"]
        )

    def put(self, settings: Mapping[str, str]) -> None:
        """Store these, encrypted, over what there was."""
        for name, value in settings.items():
            self._client.put_parameter(
                Name=f"{self._path}/{name}", Value=value, Type="SecureString", Overwrite=True
            )


def given(words: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """Return settings that were given as NAME=VALUE; for NAME alone the value is asked for, and not shown."""
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not NAME.fullmatch(name) or name not in known:
            sys.exit(f"{name!r} is no setting; README.md lists them.")
        found[name] = value if equals else getpass(f"{name}: ")
        if not found[name]:
            sys.exit(f"{name} is empty. A setting is taken away by aws ssm delete-parameter.")
    return found


def known(settings: Path) -> list[str]:
    """Return the names that the settings' source reads."""
    return sorted(set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings.read_text("utf-8"))))
