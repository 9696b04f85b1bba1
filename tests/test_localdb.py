"""The embedded engine's process: real processes and real sockets throughout."""

import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from dctech import localdb
from dctech.localdb import identity, process
from dctech.localdb.directory import DataDirectory

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = {
    "TableName": "Things",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def connect():
    """A function from an endpoint to a DynamoDB client that never repeats a request."""
    clients = []

    def connected(endpoint, *, region="us-east-1", key="local"):
        client = botocore.session.get_session().create_client(
            "dynamodb",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key="secret",
            config=Config(retries={"total_max_attempts": 1}),
        )
        clients.append(client)
        return client

    yield connected
    for client in clients:
        client.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def configured(settings, tmp_path):
    """Settings for an engine of the test's own, which is stopped in the end."""
    settings.DATA_DIR = tmp_path / "data"
    settings.LOCALDB_PORT = free_port()
    settings.DYNAMODB_ENDPOINT_URL = ""
    settings.ON_LAMBDA = False
    directory = DataDirectory.at(settings.DATA_DIR / "dynamodb")
    yield settings
    process.stop(DataDirectory.at(directory.path), settings.LOCALDB_PORT)


@pytest.fixture
def environment(configured):
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "dctech.settings",
        "DATA_DIR": str(configured.DATA_DIR),
        "LOCALDB_PORT": str(configured.LOCALDB_PORT),
        "DYNAMODB_ENDPOINT_URL": "",
        "AWS_LAMBDA_FUNCTION_NAME": "",
    }


@pytest.fixture
def manage(environment):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, "manage.py", "localdb", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_starts_once_and_is_found_again(configured):
    assert localdb.status() is None
    endpoint = localdb.ensure_running()
    running = localdb.status()
    assert endpoint == f"http://127.0.0.1:{configured.LOCALDB_PORT}" == running.endpoint
    assert running.data_directory == str(configured.DATA_DIR / "dynamodb")

    assert localdb.ensure_running() == endpoint
    assert localdb.status() == running
    assert localdb.stop() == running
    assert localdb.status() is None
    assert localdb.stop() is None


def test_listens_on_one_address_only(configured):
    localdb.ensure_running()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.2", configured.LOCALDB_PORT)) != 0
    assert listens(configured.LOCALDB_PORT)


def test_six_starters_end_with_one_server(environment):
    program = (
        "import django; django.setup(); from dctech import localdb; "
        "print(localdb.ensure_running(), localdb.status().pid)"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    answers = [starter.communicate()[0] for starter in starters]
    assert [starter.returncode for starter in starters] == [0] * 6
    assert len(set(answers)) == 1
    assert answers[0].startswith(f"http://127.0.0.1:{environment['LOCALDB_PORT']} ")


def test_is_found_on_its_port_after_the_setting_changed(configured):
    endpoint = localdb.ensure_running()
    configured.LOCALDB_PORT = free_port()
    assert localdb.ensure_running() == endpoint
    assert not listens(configured.LOCALDB_PORT)


@pytest.mark.parametrize(
    "elsewhere", [{"ON_LAMBDA": True}, {"DYNAMODB_ENDPOINT_URL": "http://127.0.0.1:4"}]
)
def test_never_starts_where_it_is_not_wanted(configured, elsewhere):
    for name, value in elsewhere.items():
        setattr(configured, name, value)
    with pytest.raises(localdb.NotHereError):
        localdb.ensure_running()
    assert not listens(configured.LOCALDB_PORT)
    assert not configured.DATA_DIR.joinpath("dynamodb", "journal.jsonl").exists()


def test_says_what_to_install(configured, monkeypatch):
    monkeypatch.setitem(sys.modules, "ministack", None)
    with pytest.raises(localdb.EngineMissingError, match=r"requirements/local\.txt"):
        localdb.ensure_running()


class WebServer(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.requests.append(self.rfile.readline())
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n<h1>Hello</h1>\r\n")


class HangsUp(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.requests.append(self.request.recv(15))


class SpeaksOtherwise(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.requests.append(self.rfile.readline())
        self.wfile.write(b"220 mail.example.org ESMTP\r\n")


@contextlib.contextmanager
def stranger(port, handler):
    """Another program on a port; gives the list of what it was sent."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", port), handler) as server:
        server.requests = []
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield server.requests
        finally:
            server.shutdown()
            serving.join()


@pytest.mark.parametrize("handler", [WebServer, HangsUp, SpeaksOtherwise])
def test_a_stranger_on_the_port_is_named_and_sent_nothing(configured, handler):
    port = configured.LOCALDB_PORT
    with (
        stranger(port, handler) as requests,
        pytest.raises(localdb.PortTakenError, match=rf"^Port {port} .*LOCALDB_PORT={port + 1}$"),
    ):
        localdb.ensure_running()
    assert {request.strip()[:12] for request in requests if request} == {b"GET /localdb"}


def test_an_engine_for_other_data_is_a_stranger(configured, tmp_path):
    with localdb.server_process(tmp_path / "others") as endpoint:
        configured.LOCALDB_PORT = int(endpoint.rpartition(":")[2])
        with pytest.raises(localdb.PortTakenError, match=r"an engine for .*/others.*LOCALDB_PORT="):
            localdb.ensure_running()
        with pytest.raises(localdb.PortTakenError):
            localdb.stop()
        configured.LOCALDB_PORT = free_port()


def test_one_directory_has_one_engine(tmp_path):
    with localdb.server_process(tmp_path), pytest.raises(localdb.DataInUseError, match="DATA_DIR"):
        localdb.server_process(tmp_path).__enter__()


def test_removing_its_data_ends_it(configured, connect):
    connect(localdb.ensure_running()).create_table(**TABLE)
    before = localdb.status()
    shutil.rmtree(configured.DATA_DIR)
    fresh = connect(localdb.ensure_running())
    assert localdb.status().pid != before.pid
    assert fresh.list_tables()["TableNames"] == []


def test_a_throw_away_engine_ends_with_its_owner(tmp_path):
    program = (
        "import sys, time, pathlib; from dctech import localdb\n"
        "with localdb.server_process(pathlib.Path(sys.argv[1])) as endpoint:\n"
        "    print(endpoint, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as owner:
        port = int(owner.stdout.readline().rpartition(":")[2])
        assert listens(port)
        owner.send_signal(signal.SIGKILL)
    while listens(port):
        time.sleep(0.02)


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The port of an engine that several tests share."""
    with localdb.server_process(tmp_path_factory.mktemp("engine")) as endpoint:
        yield int(endpoint.rpartition(":")[2])


def post(port, headers, target="DynamoDB_20120810.CreateTable"):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/", json.dumps(TABLE), {"X-Amz-Target": target, **headers})
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:8000"},
        {"Origin": "null"},
        {"Host": "rebound.example.org"},
        {"Host": "127.0.0.1"},
        {"Host": "localhost:1"},
    ],
)
def test_a_browser_is_refused(port, connect, headers):
    status, answer = post(port, headers)
    assert (status, answer["__type"]) == (403, "AccessDeniedException")
    assert connect(f"http://127.0.0.1:{port}").list_tables()["TableNames"] == []


def test_its_identity_is_refused_to_another_host_as_well(port):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", identity.PATH, headers={"Host": "rebound.example.org"})
    assert connection.getresponse().status == 403
    connection.close()


@pytest.mark.parametrize(
    "target",
    [
        "",
        "DynamoDBStreams_20120810.ListStreams",
        "AmazonSQS.ListQueues",
        "DynamoDB_20120810.ExecuteStatement",
        "DynamoDB_20120810.",
    ],
)
def test_nothing_but_the_operations_we_keep_are_answered(port, target):
    status, answer = post(port, {}, target)
    assert (status, answer["__type"]) == (400, "UnknownOperationException")


def test_localhost_is_its_name_too(port, connect):
    assert connect(f"http://localhost:{port}").list_tables()["TableNames"] == []


def test_region_and_credentials_do_not_matter(tmp_path, connect):
    with localdb.server_process(tmp_path) as endpoint:
        connect(endpoint).create_table(**TABLE)
        other = connect(endpoint, region="eu-central-1", key="123456789012")
        other.put_item(TableName="Things", Item={"id": {"S": "a"}})
        assert connect(endpoint).scan(TableName="Things")["Count"] == 1


def test_a_connection_is_kept_for_many_requests(port):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.connect()
    connection.auto_open = 0
    for _ in range(1100):
        connection.request("GET", identity.PATH)
        assert json.loads(connection.getresponse().read())["port"] == port
    connection.close()


def test_the_command(manage, configured, connect):
    endpoint = f"http://127.0.0.1:{configured.LOCALDB_PORT}"
    assert (manage("status").returncode, manage("status").stdout) == (
        3,
        "The embedded DynamoDB does not run.\n",
    )
    started = manage("start")
    assert (started.returncode, started.stdout) == (
        0,
        f"The embedded DynamoDB answers on {endpoint}\n",
    )
    pid = localdb.status().pid
    status = manage("status")
    assert status.returncode == 0
    assert endpoint in status.stdout
    assert f"process {pid}, data in {configured.DATA_DIR}" in status.stdout

    connect(endpoint).create_table(**TABLE)
    assert manage("stop").stdout == f"Stopped process {pid}.\n"
    assert manage("stop").stdout == "It does not run.\n"
    assert manage("start").returncode == 0
    assert connect(endpoint).list_tables()["TableNames"] == ["Things"]


def test_reset_asks_first(manage, configured, connect):
    connect(localdb.ensure_running()).create_table(**TABLE)
    refused = manage("reset")
    assert refused.returncode == 1
    assert "Nothing was deleted." in refused.stderr
    assert connect(localdb.ensure_running()).list_tables()["TableNames"] == ["Things"]

    assert manage("reset", "--yes").returncode == 0
    assert localdb.status() is None
    assert connect(localdb.ensure_running()).list_tables()["TableNames"] == []


def test_the_command_names_a_stranger(manage, configured):
    with stranger(configured.LOCALDB_PORT, WebServer):
        results = [manage(action) for action in ("start", "status")]
    assert [result.returncode for result in results] == [1, 3]
    assert all("is taken by another program" in result.stderr for result in results)


def test_an_error_of_dynamodb_reaches_the_client(port, connect):
    with pytest.raises(ClientError) as raised:
        connect(f"http://127.0.0.1:{port}").describe_table(TableName="Nothing")
    assert raised.value.response["Error"]["Code"] == "ResourceNotFoundException"
