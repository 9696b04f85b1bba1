"""allauth's limits, counted where every process counts; and whom they are counted for."""

import json
import os
import subprocess
import sys

import pytest

from dctech import clients
from tests.conftest import ROOT

CLIENT = """
import json, sys
import django
django.setup()
from django.test import Client
path, times, more = json.loads(sys.argv[1])
posts = ({"email": f"{number}-{times}@example.org"} for number in range(times))
print([Client().post(path, form, **more).status_code for form in posts])
"""


@pytest.fixture
def ask(tables, tmp_path):
    """Return a function that posts forms in a process of its own, and returns their status codes."""
    mine = os.environ | {"DATA_DIR": str(tmp_path), "DYNAMODB_ENDPOINT_URL": tables}
    mine |= {"DATABASE_URL": "", "EMAIL_URL": ""}
    # The tests' settings make a folder of their own; this one is for all processes of the test.
    mine |= {"DJANGO_SETTINGS_MODULE": "dctech.settings", "TRUSTED_PROXY_COUNT": "1"}
    mine |= {"ALLOWED_HOSTS": "testserver", "DEBUG": "0"}
    run = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(run, cwd=ROOT, env=mine, check=True)

    def post(path, times, address="192.0.2.1"):
        more = {"headers": {"X-Forwarded-For": address}}
        run = [sys.executable, "-c", CLIENT, json.dumps([path, times, more])]
        done = subprocess.run(run, cwd=ROOT, env=mine, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    return post


@pytest.mark.parametrize(
    ("path", "limit", "answer"),
    [
        ("/accounts/login/", 30, 200),
        ("/accounts/signup/", 20, 200),
        ("/accounts/password/reset/", 20, 302),
    ],
)
def test_two_processes_count_together(ask, path, limit, answer):
    assert ask(path, limit - 1) == [answer] * (limit - 1)
    assert ask(path, 3) == [answer, 429, 429]
    assert ask(path, 1, "192.0.2.2") == [answer]


def test_one_network_of_ipv6_is_one_client(ask):
    path = "/accounts/signup/"
    assert ask(path, 20, "2001:db8:1:2::1") == [200] * 20
    assert ask(path, 1, "2001:db8:1:2:ffff::7") == [429]
    assert ask(path, 1, "2001:db8:1:3::1") == [200]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "1.1.1.1, 198.51.100.1 , 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "unknown", "192.0.2.1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxies_saw(rf, settings, proxies, forwarded, found):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})
    assert clients.address(request) == found


def test_a_server_that_knows_no_address_gives_none(rf):
    assert clients.address(rf.get("/", REMOTE_ADDR="")) == ""
