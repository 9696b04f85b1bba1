"""Run one of Zappa's commands on a copy of the project that is fit for Lambda.

python -m deploy package prod       makes build/prod.zip
python -m deploy deploy prod        and everything else that Zappa knows
"""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

from deploy import environment, project

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"


def main(command: str, stage: str, *arguments: str) -> None:
    settings = json.loads((ROOT / "zappa_settings.json").read_text("utf-8"))
    if stage not in settings:
        sys.exit(f"There is no stage {stage!r}; there are {', '.join(settings)}.")
    BUILD.mkdir(exist_ok=True)
    lock = (BUILD / "lock").open("w")  # until this process ends: two would stage the same folder
    fcntl.flock(lock, fcntl.LOCK_EX)
    made = environment.prepared(ROOT, BUILD, _setting(settings, stage, "architecture", "x86_64"))
    folder = BUILD / stage
    project.staged(ROOT, folder, BUILD / f"{stage}-static")
    if command == "package":
        arguments = ("--output", f"{stage}.zip", *arguments)
    zappa = [str(made.zappa), command, stage, *arguments]
    variables = os.environ | {"VIRTUAL_ENV": str(made.virtual_env), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(zappa, cwd=folder, env=variables, check=False)  # noqa: S603 - as asked
    if done.returncode:
        sys.exit(done.returncode)
    if command == "package":
        (folder / f"{stage}.zip").replace(BUILD / f"{stage}.zip")


def _setting(settings: dict[str, dict[str, str]], stage: str, name: str, default: str) -> str:
    """Return a stage's setting, its own or the one of the stage that it extends."""
    own = settings[stage]
    if name in own or "extends" not in own:
        return own.get(name, default)
    return _setting(settings, own["extends"], name, default)


if __name__ == "__main__":
    if len(sys.argv) < 3:  # noqa: PLR2004 - a command and a stage
        sys.exit(__doc__)
    main(*sys.argv[1:])
