"""A throw-away copy of the code that Lambda runs, with its static files and bytecode."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.environment import compiled

APPS = ("accounts", "collector", "dctech", "events", "groups", "templates")
LEFT_OUT = (
    "dctech/localdb",
    "dctech/management/commands/localdb.py",
    "dctech/management/commands/run.py",
)
"""Tools of a machine of one's own."""

MANIFEST = "staticfiles.json"


def staged(root: Path, folder: Path, static: Path) -> None:
    """Fill a folder with the project as Lambda gets it, and another with the static files, which it does not."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(static, ignore_errors=True)
    for app in APPS:
        shutil.copytree(
            root / app,
            folder / app,
            ignore=shutil.ignore_patterns("__pycache__", "*.po", ".*"),
        )
    for name in ("zappa_settings.json", "lambda_policy.json"):
        shutil.copy(root / name, folder)
    for name in LEFT_OUT:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    _collect_static(folder, static)
    compiled(folder)


def _collect_static(folder: Path, static: Path) -> None:
    """Collect the static files of all apps under names made of their content; leave the list of these names."""
    collected = folder / "staticfiles"
    collected.mkdir()
    command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v", "0"]
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"DATA_DIR": data, "DJANGO_SETTINGS_MODULE": "dctech.settings"}
        subprocess.run(command, check=True, cwd=folder, env=environment)  # noqa: S603 - our own words
    collected.rename(static)
    collected.mkdir()
    shutil.copy(static / MANIFEST, collected)
    for source in folder.glob("*/static"):
        shutil.rmtree(source)
