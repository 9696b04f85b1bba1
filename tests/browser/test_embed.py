"""The list on a page of another site whose policy allows its script and its frame and nothing else."""

import datetime as dt
import json
import shutil
import subprocess

import pytest
from django.conf import settings
from django.utils import timezone

from tests import make
from tests.conftest import ROOT, missing
from tests.servers import FeedServer, status

NODE = ROOT / "tests/node"
DAY = dt.timedelta(days=1)
LONG = " ".join(["In Virginia"] * 9)
HOST = """<!doctype html><html lang="en"><title>Host</title>
<script async src="{site}/embed.js"></script><script async src="{site}/embed.js"></script>
<events-calendar src="{site}/embed/"><a href="{site}/">Our events</a></events-calendar>
<iframe name="plain" src="{site}/embed/?region=VA" title="Events" width="100%" height="300"></iframe>
<events-calendar src="{site}/embed/?limit=1"><a href="{site}/">Next event</a></events-calendar>
"""


@pytest.fixture
def host(tables, site):
    """The address of a page of another site."""
    noon = timezone.now().astimezone(settings.SITE_ZONE).replace(tzinfo=None, hour=12, minute=0)
    make.event(LONG, noon + DAY).create()
    make.event("In DC", noon + 2 * DAY, region="DC").create()
    policy = f"default-src 'none'; script-src {site}; frame-src {site}"
    with FeedServer("127.0.0.2") as server:
        body = HOST.format(site=site).encode()
        server["/"] = status(
            200, body, content_type="text/html; charset=utf-8", content_security_policy=policy
        )
        yield server.url("/")


@pytest.fixture
def seen(host, site):
    """What tests/node/embed.mjs sees there."""
    chromium = shutil.which("chromium") or missing("chromium")
    if not shutil.which("node") or not (NODE / "node_modules/playwright-core").is_dir():
        missing("playwright-core (npm)")
    asked = {"executable": chromium, "host": host, "dark": f"{site}/embed/?region=DC"}
    done = subprocess.run(
        ["node", str(NODE / "embed.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_embedded_in_another_site(seen, host, site):
    assert (seen["component"], seen["plain"]) == ([LONG, "In DC"], [LONG])
    narrow, wide = seen["fits"]
    for fit in (narrow, wide, seen["changedFit"]):
        assert fit["height"] == fit["content"] == fit["clientHeight"] == fit["scrollHeight"]
        assert fit["clientWidth"] == fit["scrollWidth"]
    assert narrow["height"] > wide["height"]
    assert seen["frame"] == [
        "Our events",
        "allow-scripts allow-popups allow-popups-to-escape-sandbox",
    ]
    # Only the second component's own frame may size it.
    first, second = seen["before"]
    assert seen["forged"] == [[first, second], [first, second], [first, 7]]
    assert seen["popup"] == [None, site, LONG]
    assert seen["changed"] == ["In DC"]
    assert seen["grounds"] == ["rgb(251, 250, 247)", "rgb(16, 21, 28)"]
    assert seen["steps"] == 0
    assert seen["refused"] == [0, True]
    assert seen["scriptless"] == {"link": True, "plain": [LONG]}
    assert seen["errors"] == []
    assert set(seen["requests"]) == {host.removesuffix("/"), site}
