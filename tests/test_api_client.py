"""A client that a generator makes of the description submits, approves, reads and takes back, over HTTP."""

import datetime as dt
import importlib
import subprocess
import sys

import pytest
from django.conf import settings

from dctech.api.keys import ApiKey
from tests import make
from tests.make import NOW
from tests.test_pages import DAY, now

__all__ = ["now"]

pytestmark = pytest.mark.usefixtures("tables")

PACKAGE = "zq_events_client"


class Generated:
    """The generated package: an operation by its operationId, and the models."""

    def __init__(self, url, key):
        package = importlib.import_module(PACKAGE)
        self.models = importlib.import_module(f"{PACKAGE}.models")
        self.client = package.AuthenticatedClient(
            base_url=url, token=key, raise_on_unexpected_status=True
        )

    def __call__(self, tag, operation, *path, **more):
        module = importlib.import_module(f"{PACKAGE}.api.{tag}.{operation}")
        return module.sync(*path, client=self.client, **more)


@pytest.fixture
def generated(live_server, tmp_path, monkeypatch):
    """The client of the API as it is now, warnings of the generator being faults of the description."""
    config = tmp_path / "generator.yaml"
    config.write_text("post_hooks: []\n")
    subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate"),
            *("--url", f"{live_server.url}/api/openapi.json", "--config", config),
            *("--output-path", tmp_path / PACKAGE, "--meta", "none", "--fail-on-warning"),
        ],
        check=True,
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    _, key = ApiKey.make("Generated", ["admin"], by="user:ada", now=NOW)
    made = Generated(live_server.url, key)
    with made.client:
        yield made
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


def test_it_submits_approves_reads_and_takes_back(generated, now):
    models = generated.models
    starts = dt.datetime.combine(now + 7 * DAY, dt.time(18, 30), settings.SITE_ZONE)
    body = models.EventBody(
        title="Rust for Gardeners",
        date=f"{starts:%Y-%m-%d}",
        time="18:30",
        location="Town Hall, 1 Main Street, Arlington, VA",
        url="https://example.org/rust",
        submitter_email="zqsubmitter@example.org",
    )
    sent = generated("submissions", "submit_event", body=body, idempotency_key="one")
    assert isinstance(sent, models.Submitted)
    assert (sent.status, sent.message) == ("pending", "Event submitted for approval")
    assert generated("submissions", "submit_event", body=body, idempotency_key="one") == sent

    queue = generated("administration", "list_pending_events", limit=1)
    [waiting] = queue.items
    assert (waiting.event_id, waiting.submitted_by) == (sent.id, "zqsubmitter@example.org")
    seen = models.Approval(version=waiting.version)
    approved = generated("administration", "approve_event", sent.id, body=seen)
    assert (approved.status, approved.listed) == ("approved", True)
    late = generated("administration", "approve_event", sent.id)
    assert (late.status, late.decision.status) == (409, "approved")

    event = generated("events", "get_event", sent.id)
    assert isinstance(event, models.EventDetails)
    assert (event.title, event.state) == ("Rust for Gardeners", "VA")
    assert event.start == starts
    [listed] = generated("events", "list_events", q="gardeners").events
    assert listed.event_id == sent.id

    undone = generated("administration", "undo_event", sent.id)
    assert (undone.status, undone.listed) == ("pending", False)
    gone = generated("events", "get_event", sent.id)
    assert (gone.status, gone.title) == (404, "Not Found")


def test_an_edit_sends_what_is_set_and_nothing_else(generated):
    """A client sends the defaults that a description names: an edit has none."""
    make.group(active=False, scan_for_metadata=True, suppress_guid=True).save()
    body = generated.models.GroupEdit(description="Snakes")
    assert body.to_dict() == {"description": "Snakes"}
    edited = generated("administration", "edit_group", "pythons", body=body)
    assert (edited.description, edited.active) == ("Snakes", False)
    assert edited.scan_for_metadata
    assert edited.suppress_guid
