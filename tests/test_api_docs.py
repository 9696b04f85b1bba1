"""docs/api.md runs as it is written, and /api/docs shows every operation."""

import os
import re
import subprocess

from dctech.api.description import described
from dctech.api.keys import ApiKey
from tests import make
from tests.conftest import ROOT
from tests.test_pages import DAY, now

__all__ = ["now"]

DOCS = (ROOT / "docs/api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```sh\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)


def test_the_examples_run(tables, live_server, now):
    make.group().save()
    make.event("Python Night", now + DAY).create()
    _, key = ApiKey.make("Docs", ["admin"], by="user:ada", now=make.NOW)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(EXAMPLES)],
        env=os.environ | {"API": live_server.url, "KEY": key},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout
    assert lines.count('"title":"Python Night"') == 2
    assert "304\n" in lines
    assert '{"status": "ok", "tables": "ok"}' in lines
    assert lines.count('"listed": true') == 1
    assert lines.count('"result": "done"') == 1


def test_the_problem_in_the_text_is_the_one_that_is_answered(tables, client):
    [shown] = re.findall(r"^```json\n(\{\n  \"type.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)
    answer = client.get("/api/events?limit=0").json()
    assert "".join(shown.split()) == re.sub(r"\s", "", str(answer).replace("'", '"'))


def test_the_page_shows_every_operation_and_loads_nothing(client):
    html = client.get("/api/docs").content.decode()
    for path, operations in described()["paths"].items():
        for method, operation in operations.items():
            assert f"<code>{method.upper()} {path}</code>" in html
            assert f'id="{operation["operationId"]}"' in html
    for status in (400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 414, 415, 422, 429, 500, 503):
        assert f'id="problem-{status}"' in html
    main = html.partition("<main")[2].partition("</main>")[0]
    assert not re.search(r"<(script|link|img|iframe)|style=", main)
    assert set(re.findall(r'href="(?!#)([^"]*)"', main)) == {"/api/openapi.json"}


def test_every_link_within_the_page_leads_somewhere(client):
    html = client.get("/api/docs").content.decode()
    ids = set(re.findall(r'id="([^"]*)"', html))
    linked = set(re.findall(r'href="#([^"]*)"', html))
    assert {"schema-EventDetails", "schema-EventBody", "problem-422"} <= linked
    assert linked <= ids


def test_the_page_says_what_is_sent_and_answered_in_headers(client):
    html = client.get("/api/docs").content.decode()
    section = html.partition('id="edit_event"')[2].partition("</section>")[0]
    for header in ("If-Match", "If-None-Match", "X-CSRFToken"):
        assert f"<dt><code>{header}</code> <small>string, header</small></dt>" in section
    assert "StaffEvent</a>, with <code>ETag</code>, <code>RateLimit-Limit</code>" in section
