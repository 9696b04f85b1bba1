"""What the parts of a stage are called. Zappa names the function; everything else takes its name from there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from dctech.dynamodb import Table

PROJECT = "dctech-events"

Resources = dict[str, dict[str, Any]]
"""Logical id -> what CloudFormation is to make."""


class UnknownStage(LookupError):  # noqa: N818 - it is an answer
    """zappa_settings.json has no such stage."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One deployment. `environment` is what its function is given, as far as the repository says."""

    name: str
    project: str = PROJECT
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_zappa(cls, name: str, path: Path) -> "Stage":
        """Return a stage of Zappa's settings; raise UnknownStage for one that they do not have."""
        stages = json.loads(path.read_text(encoding="utf-8"))
        if name not in stages:
            raise UnknownStage(f"{path.name} has no stage {name!r}, but {', '.join(stages)}.")
        found = _inherited(stages, name)
        return cls(
            name,
            found.get("project_name", PROJECT),
            {
                **found.get("environment_variables", {}),
                **found.get("aws_environment_variables", {}),
            },
        )

    @property
    def function(self) -> str:
        return f"{self.project}-{self.name}"

    @property
    def stack(self) -> str:
        """What CloudFormation calls all of it."""
        return f"{self.function}-infrastructure"

    @property
    def tags(self) -> list[dict[str, str]]:
        tags = {**Table.TableMeta.tags, "stage": self.name}
        return [{"Key": key, "Value": value} for key, value in tags.items()]

    def table_name(self, model: type[Table]) -> str:
        """Return a table's name: the stage's own where its environment has one, else this process's."""
        name = str(model.Meta.table_name)
        for setting in dir(settings):
            if setting.endswith("_TABLE_NAME") and getattr(settings, setting) == name:
                return self.environment.get(setting, name)
        return name


def _inherited(stages: Mapping[str, dict[str, Any]], name: str) -> dict[str, Any]:
    """Return a stage with what it extends beneath it. As in Zappa, a list or object of its own replaces the other."""
    stage = stages[name]
    return (_inherited(stages, stage["extends"]) if "extends" in stage else {}) | stage
