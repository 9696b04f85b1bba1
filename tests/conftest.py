"""Fixtures: a real DynamoDB engine for the session, and empty tables for each test that asks."""

import os
import pathlib
import socket

import pytest
from django.conf import settings

from dctech import dynamodb, freshness, localdb
from dctech.dynamodb import Table
from dctech.tables import ensure
from tests import postgresql

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def missing(what: str) -> None:
    """Skip for something a bare machine lacks; on CI, which installs it, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI is to have it")
    pytest.skip(f"{what} is not on this machine")


@pytest.fixture(scope="session")
def shared():
    """The folder of real calendars and data beside the repository."""
    if not SHARED.is_dir():
        missing("../shared")
    return SHARED


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    """The address of a DynamoDB: the embedded engine on a folder of its own, or CONTRACT_ENDPOINT_URL."""
    if os.environ.get("CONTRACT_ENDPOINT_URL"):
        list(ensure())
        yield settings.DYNAMODB_ENDPOINT_URL
        return
    with localdb.server_process(tmp_path_factory.mktemp("dynamodb")) as url:
        settings.DYNAMODB_ENDPOINT_URL = url
        dynamodb.endpoint_url.cache_clear()
        list(ensure())
        yield url


@pytest.fixture
def tables(engine):
    """All tables, empty."""
    empty_tables()
    return engine


def empty_tables() -> None:
    freshness.pages.clear()
    for model in Table.models():
        with model.batch_write() as batch:
            for item in model.scan():
                batch.delete(item)


@pytest.fixture
def dynamodb_calls(engine):
    """A list that grows by the name of each DynamoDB operation that is sent."""
    names: list[str] = []

    def note(model, **_more):
        names.append(model.name)

    events = dynamodb.connection().client.meta.events
    events.register("before-call.dynamodb", note)
    yield names
    events.unregister("before-call.dynamodb", note)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def unused_port():
    """A port of the loopback interface that nobody listens on."""
    return free_port()


@pytest.fixture(scope="session")
def postgresql_server():
    """A PostgreSQL of the session's own: `user@host:port`."""
    if not (programs := postgresql.binaries()):
        missing("postgresql")
    with postgresql.cluster(programs, free_port()) as server:
        yield server
