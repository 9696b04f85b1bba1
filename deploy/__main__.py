"""Everything that is done to a stage of zappa_settings.json.

python -m deploy set prod EMAIL_URL SITE_NAME="City Events"    settings; without a value it is asked for
python -m deploy up prod --alarm-email ops@example.org         makes it, or brings it up to date: docs/deploy.md
python -m deploy down prod                                     takes it away, but for its data
python -m deploy run prod backup s3://bucket/2026-09-01        a command of manage.py here, about the stage's data
python -m deploy package prod                                  makes build/prod.zip
python -m deploy rollback prod -n 1                            and everything else that Zappa knows
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError  # noqa: TID251 - what AWS answers

from deploy import environment, here, project
from deploy.store import SETTINGS, given, known
from deploy.whole import Whole, merged, stages

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"


def main(command: str, stage: str, *arguments: str) -> None:
    found = stages(ROOT)
    if stage not in found:
        sys.exit(f"There is no stage {stage!r}; there are {', '.join(found)}.")
    settings = merged(found, stage)

    if command == "run":
        sys.exit(here.run(ROOT, stage, settings, arguments))

    def zappa(command: str, *arguments: str, **variables: str) -> None:
        run_zappa(settings.get("architecture", "x86_64"), command, stage, arguments, variables)

    if command not in {"set", "up", "down"}:
        zappa(command, *arguments)
        return
    try:
        whole = Whole(ROOT, stage, settings, zappa)
        if command == "set":
            whole.put(given(arguments, known(ROOT / SETTINGS)))
        elif command == "up":
            whole.up(arguments)
        else:
            whole.down(arguments)
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS does not do it: {error}")


def run_zappa(
    architecture: str,
    command: str,
    stage: str,
    arguments: Sequence[str],
    variables: Mapping[str, str],
) -> None:
    """Run one of Zappa's commands on a copy of the project that is fit for Lambda, or exit as it does."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:  # two would stage the same folder
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = environment.prepared(ROOT, BUILD, architecture)
        folder = BUILD / stage
        project.staged(ROOT, folder, BUILD / f"{stage}-static")
        if command == "package":
            arguments = ("--output", f"{stage}.zip", *arguments)
        done = subprocess.run(  # noqa: S603 - as asked
            [str(made.zappa), command, stage, *arguments],
            cwd=folder,
            env=os.environ
            | {"VIRTUAL_ENV": str(made.virtual_env), "PYTHONPATH": str(ROOT), **variables},
            check=False,
        )
        if done.returncode:
            sys.exit(done.returncode)
        if command == "package":
            (folder / f"{stage}.zip").replace(BUILD / f"{stage}.zip")


if __name__ == "__main__":
    if len(sys.argv) < 3:  # noqa: PLR2004 - a command and a stage
        sys.exit(__doc__)
    main(*sys.argv[1:])
