"""The contract suite against a second engine: dynoxide, an implementation that shares nothing with the embedded one."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.conftest import ROOT, missing

BINARY = ROOT / "tests/node/node_modules/@dynoxide/linux-x64/dynoxide"
SUITE = "tests/test_contract.py"


@pytest.fixture
def dynoxide(unused_port):
    """The address of a dynoxide of this test's own."""
    if not BINARY.exists():
        missing("dynoxide (npm, on x86-64 Linux)")
    url = f"http://127.0.0.1:{unused_port}"
    with subprocess.Popen(
        [BINARY, "--port", str(unused_port)], stderr=subprocess.DEVNULL
    ) as server:
        try:
            _await_answer(url, server)
            yield url
        finally:
            server.kill()


def _await_answer(url, server):
    while True:
        assert server.poll() is None
        try:
            urllib.request.urlopen(url)  # noqa: S310 - our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return


def test_another_engine_keeps_the_contract(dynoxide):
    env = os.environ | {"CONTRACT_ENDPOINT_URL": dynoxide}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", SUITE]
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert " passed" in run.stdout
