"""`manage.py check --deploy` is silent for a sane production, and names each setting that is wrong."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

SANE = dict(
    line.split("=", 1) for line in (ROOT / "tests/production.env").read_text("utf-8").splitlines()
)
"""What `make check` checks as well"""


def check(tmp_path, **settings):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "dctech.settings"} | SANE
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment | {"DATA_DIR": str(tmp_path)} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_sane_production_has_no_issues(tmp_path):
    run = check(tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert "no issues" in run.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "says", "mend"),
    [
        ("SITE_URL", "http://events.example.org", "(dctech.E001)", "Set SITE_URL=https://"),
        ("SITE_URL", "https://127.0.0.1", "(dctech.E002)", "where the public finds the site"),
        ("DEBUG", "1", "(dctech.E003)", "Set DEBUG=0"),
        ("ALLOWED_HOSTS", "*", "(dctech.E005)", "names that the site has"),
        ("ALLOWED_HOSTS", "example.org", "(dctech.E006)", "ALLOWED_HOSTS=events.example.org"),
        ("DEFAULT_FROM_EMAIL", "", "(dctech.E007)", "that EMAIL_URL's server may send from"),
        ("TRUSTED_PROXY_COUNT", "0", "(dctech.W008)", "2 behind CloudFront and API Gateway"),
        ("DYNAMODB_ENDPOINT_URL", "http://127.0.0.1:9", "(dctech.W009)", "Unset it"),
        ("DATABASE_URL", "", "(accounts.E002)", "Set it to postgres://"),
        ("EMAIL_URL", "", "(accounts.E003)", "smtp+tls://"),
        ("EMAIL_URL", "console:", "(accounts.E003)", "smtp+tls://"),
        ("EMAIL_URL", "file:///tmp/mail", "(accounts.E003)", "smtp+tls://"),
        ("GITHUB_CLIENT_SECRET", "x", "(accounts.E004)", "GITHUB_CLIENT_ID is not"),
        ("TRUSTED_PROXY_COUNT", "9", "(dctech.E010)", "2 behind CloudFront and API Gateway"),
        ("MODERATORS_EMAIL", "", "(dctech.W011)", "Set one of them"),
        ("ORIGIN_SECRET", "", "(dctech.W016)", "python -m deploy up"),
        ("FEED_SOURCE", "nowhere", "(dctech.E012)", "FEED_SOURCE=dynamodb"),
        ("FEED_SOURCE", "yaml:/nowhere", "(dctech.E012)", "FEED_SOURCE=dynamodb"),
        ("FEED_SOURCE", "yaml:.", "(dctech.E013)", "import_yaml"),
        ("COLLECTOR_LEASE_SECONDS", "10", "(dctech.E014)", "unset it is 300"),
        ("COLLECTOR_ALLOW_HOSTS", "cal.example.org:80,127.0.0.1:80", "(dctech.E015)", "127.0.0.1"),
        ("COLLECTOR_ALLOW_HOSTS", "[::1]:80", "(dctech.E015)", "Take it out"),
        ("COLLECTOR_ALLOW_HOSTS", "169.254.169.254:80", "(dctech.E015)", "Take it out"),
        ("SECRET_KEY", "short", "(security.W009)", "SECRET_KEY"),
        ("SECRET_KEY", "", "SECRET_KEY is not set", "on Lambda it must be"),
    ],
)
def test_each_wrong_setting_names_itself_and_how_to_mend_it(tmp_path, name, value, says, mend):
    run = check(tmp_path, **{name: value})
    assert run.returncode == 1
    assert name in run.stderr
    assert says in run.stderr
    assert mend in run.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODERATORS_SNS_TOPIC_ARN", "arn:aws:sns:us-east-1:123456789012:moderators"),
        ("TRUSTED_PROXY_COUNT", "3"),
        ("COLLECTOR_ALLOW_HOSTS", "calendars.intranet.example.org:80,10.1.2.3:8080"),
        ("COLLECTOR_LEASE_SECONDS", "60"),
    ],
)
def test_what_is_unusual_and_meant_is_taken(tmp_path, name, value):
    ours = {"MODERATORS_EMAIL": ""} if name.startswith("MODERATORS") else {}
    assert check(tmp_path, **ours, **{name: value}).returncode == 0


def test_an_old_sites_folder_is_for_a_machine_of_ones_own(tmp_path):
    key = {"AWS_LAMBDA_FUNCTION_NAME": "", "DEBUG": "0"}
    run = check(tmp_path, FEED_SOURCE=f"yaml:{tmp_path}", **key)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_key_that_was_made_for_this_machine_is_not_for_the_public(tmp_path):
    run = check(tmp_path, SECRET_KEY="", AWS_LAMBDA_FUNCTION_NAME="")
    assert "(dctech.E004)" in run.stderr


ASK = """
import sys
import django
django.setup()
from django.test import Client
browser = Client(raise_request_exception=False, headers={"Host": "events.example.org"})
for scheme in sys.argv[1:]:
    answer = browser.get("/robots.txt", headers={"X-Forwarded-Proto": scheme})
    print(answer.status_code, answer.get("Location"), answer.get("Strict-Transport-Security"))
"""


def test_https_follows_from_the_sites_address(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", ASK, "http", "https"],
        cwd=ROOT,
        env=os.environ
        | SANE
        | {
            "DJANGO_SETTINGS_MODULE": "dctech.settings",
            "DATA_DIR": str(tmp_path),
            "DYNAMODB_ENDPOINT_URL": "http://127.0.0.1:9",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines() == [
        "301 https://events.example.org/robots.txt None",
        "200 None max-age=31536000",
    ]
