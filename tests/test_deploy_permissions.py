"""What the function may do is what it does: tests of the main paths run again, and each call is noted."""

import json
import os
import subprocess
import sys

from dctech.dynamodb import Table
from dctech.infrastructure import permissions
from dctech.infrastructure.stage import Stage
from tests.conftest import ROOT

MAIN_PATHS = (
    "tests/test_collect.py",
    "tests/test_shards.py",
    "tests/test_submit_group.py",
    "tests/test_submit_link.py",
    "tests/test_admin_panels.py",
    "tests/test_admin_queue.py",
    "tests/test_history.py",
    "tests/test_notices.py",
    "tests/test_api_admin.py",
    "tests/test_api_checkup.py",
    "tests/test_api_public.py",
    "tests/test_api_public_problems.py",
)


def granted():
    """Return (table, index, action) of all that is granted."""
    own = {str(model.Meta.table_name) for model in Table.models()}
    for statement in permissions.statements(Stage("prod")):
        places = statement["Resource"]
        for place in [places] if isinstance(places, str) else places:
            table, _, index = place.partition(":table/")[2].partition("/index/")
            if table in own:
                for action in statement["Action"]:
                    yield table, index, action.removeprefix("dynamodb:")


def test_each_action_that_is_granted_is_used_and_each_that_is_used_is_granted(tmp_path):
    calls = tmp_path / "calls.json"
    options = ["-q", "-p", "tests.recorded_calls", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *MAIN_PATHS],
        cwd=ROOT,
        env={**os.environ, "RECORDED_CALLS": str(calls)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:]
    used = {tuple(call) for call in json.loads(calls.read_text(encoding="utf-8"))}
    assert used == set(granted())
