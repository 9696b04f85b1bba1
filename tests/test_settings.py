"""A wrong setting names itself and how to mend it, without a traceback."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


def manage(*arguments, **settings):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "dctech.settings"} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("SITE_TIMEZONE", "Mars/Phobos", "America/New_York"),
        ("SITE_LANGUAGE", "fr", "'fr' must be en or es"),
        ("SITE_REGIONS", "DC,Maryland", "'Maryland' must look like VA"),
        ("SITE_URL", "example.org", "https://example.org"),
        ("SITE_URL", "https://example.org/events", "without a path"),
        ("SITE_URL", "https://example.org?city=dc", "without a path"),
        ("EVENT_RETENTION_DAYS", "-1", "a whole number between 0"),
        ("COLLECTOR_WORKERS", "x", "a whole number between 1"),
        ("COLLECTOR_READ_TIMEOUT", "nan", "a number between 0"),
        ("COLLECTOR_ALLOW_HOSTS", "intranet", "localhost:8000"),
        ("LOCALDB_PORT", "99999", "65535"),
        ("DEBUG", "maybe", "1 or 0"),
        ("DATA_DIR", "/dev/null", "cannot be used"),
        ("DYNAMODB_ENDPOINT_URL", "nonsense", "https://example.org"),
    ],
)
def test_a_wrong_setting_names_itself(tmp_path, name, value, mend):
    run = manage("check", **{"DATA_DIR": str(tmp_path), name: value})
    assert run.returncode == 1
    assert name in run.stderr
    assert mend in run.stderr
    assert "Traceback" not in run.stderr


def test_a_secret_key_is_made_once_and_kept_private(tmp_path):
    data = tmp_path / "data"
    for _ in range(2):
        assert manage("check", DATA_DIR=str(data), SECRET_KEY="").returncode == 0
    key = data / "secret_key"
    assert (key.stat().st_mode & 0o777, data.stat().st_mode & 0o777) == (0o600, 0o700)
    assert len(key.read_text()) == 50


def test_lambda_needs_a_secret_key(tmp_path):
    run = manage("check", DATA_DIR=str(tmp_path), SECRET_KEY="", AWS_LAMBDA_FUNCTION_NAME="site")
    assert "SECRET_KEY is not set" in run.stderr


def test_missing_tables_and_a_dead_endpoint_say_what_to_do(engine, unused_port):
    tables = {f"{name}_TABLE_NAME": f"Missing{name}" for name in ("EVENTS", "GROUPS", "CATEGORIES")}
    run = manage("collect_feeds", DYNAMODB_ENDPOINT_URL=engine, **tables)
    assert "run manage.py create_tables first" in run.stderr
    dead = f"http://127.0.0.1:{unused_port}"
    for command in ("collect_feeds", "create_tables"):
        run = manage(command, DYNAMODB_ENDPOINT_URL=dead)
        assert f"DynamoDB does not answer at {dead}" in run.stderr
        assert "Traceback" not in run.stderr
