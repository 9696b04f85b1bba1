"""A command of manage.py on this machine, about a deployed stage: its tables, settings and accounts, none of ours."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.store import NAME, SETTINGS, given, known

OWN = {"localdb", "run", "runserver"}
"""Commands that are about this machine alone."""


def run(root: Path, stage: str, settings: Mapping[str, Any], words: Sequence[str]) -> int:
    """Run [NAME=VALUE ...] COMMAND ARGUMENTS ... for the stage of these settings of Zappa's; return its exit code."""
    names = known(root / SETTINGS)
    count = next((n for n, word in enumerate(words) if not _is_setting(word)), len(words))
    changed, command = given(words[:count], names), words[count:]
    if not command:
        sys.exit("Say which command: python -m deploy run STAGE COMMAND; README.md lists them.")
    if command[0] in OWN:
        sys.exit(f"{command[0]} is about this machine: manage.py {command[0]}.")
    done = subprocess.run(  # noqa: S603 - as asked
        [sys.executable, "manage.py", *command],
        cwd=root,
        env=environment(os.environ, names, as_deployed(stage, settings) | changed),
        check=False,
    )
    return done.returncode


def _is_setting(word: str) -> bool:
    name, equals, _value = word.partition("=")
    return bool(equals and NAME.fullmatch(name))


def as_deployed(stage: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables that the function has: by its name nothing is started or kept on this machine."""
    return {
        **settings["environment_variables"],
        "AWS_LAMBDA_FUNCTION_NAME": f"{settings['project_name']}-{stage}",
        "AWS_REGION": settings["aws_region"],
    }


def environment(
    ours: Mapping[str, str], names: Sequence[str], theirs: Mapping[str, str]
) -> dict[str, str]:
    """Return this machine's variables with the stage's settings instead of its own: only AWS's keys are shared."""
    kept = {name: value for name, value in ours.items() if name not in names}
    return {**kept, "DJANGO_SETTINGS_MODULE": "dctech.settings", **theirs}
