"""What goes to DynamoDB without botocore's detours is signed, checked and, when in doubt, left to botocore."""

import gc
import json
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from dctech.dynamodb import connection
from dctech.models import CalendarVersion
from dctech.wire import QuickReads

KEY = {"partition": {"S": "calendar"}, "sort": {"S": "version"}}
ITEM = {**KEY, "number": {"N": "7"}}


class Store(ThreadingHTTPServer):
    """A DynamoDB that gives prepared answers in turn, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answers, self.asked, self.connections = [], [], 0

    def get_request(self):
        self.connections += 1
        return super().get_request()

    def will_answer(self, body, status=200, *, checksum=None, hang_up=False):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((content, status, checksum or zlib.crc32(content), hang_up))


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((dict(self.headers), body))
        content, status, checksum, hang_up = self.server.answers.pop(0)
        if hang_up:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-amz-crc32", str(checksum))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words): ...


@pytest.fixture
def store():
    with Store() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def sent_by_botocore():
    """The names of operations that botocore sends itself."""
    return []


@pytest.fixture
def client(store, sent_by_botocore):
    client = made(store)
    client.meta.events.register(
        "before-send.dynamodb", lambda request, **_more: sent_by_botocore.append(request.url)
    )
    return client


def made(store):
    """Return a client that reads quickly."""
    session = botocore.session.Session()
    credentials = Credentials("AKIDEXAMPLE", "secret", "token")
    session.set_credentials("AKIDEXAMPLE", "secret", "token")
    client = session.create_client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{store.server_address[1]}",
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}),
    )
    reads = QuickReads("us-east-1", credentials.get_frozen_credentials, ca_bundle=None)
    client.meta.events.register_last("before-call.dynamodb", reads)
    return client


def read(client):
    answer = client.get_item(TableName="T", Key=KEY)
    return answer.get("Item")


def test_a_plain_answer_is_taken_as_it_is(client, store, sent_by_botocore):
    for _ in range(3):
        store.will_answer({"Item": ITEM})
    assert [read(client) for _ in range(3)] == [ITEM] * 3
    assert (sent_by_botocore, store.connections) == ([], 1)


def test_the_request_is_signed(client, store):
    store.will_answer({"Item": ITEM})
    read(client)
    [(headers, body)] = store.asked
    assert (headers["X-Amz-Target"], json.loads(body)["Key"]) == ("DynamoDB_20120810.GetItem", KEY)
    assert headers["X-Amz-Security-Token"] == "token"
    assert headers["Authorization"] == signed_again(headers, body)


def signed_again(headers, body):
    """Return the signature that belongs to what has arrived, and to the moment it names."""
    names = headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    kept = {name: value for name, value in headers.items() if name.lower() in names}
    request = AWSRequest("POST", f"http://{headers['Host']}/", kept, body)
    request.context["timestamp"] = headers["X-Amz-Date"]
    auth = SigV4Auth(Credentials("AKIDEXAMPLE", "secret", "token"), "dynamodb", "us-east-1")
    text = auth.string_to_sign(request, auth.canonical_request(request))
    scope = auth.scope(request)
    return (
        f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={';'.join(names)}, "
        f"Signature={auth.signature(text, request)}"
    )


def test_a_throttled_read_is_repeated_by_botocore(client, store, sent_by_botocore):
    busy = {"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}
    store.will_answer(busy, 400)
    store.will_answer(busy, 400)
    store.will_answer({"Item": ITEM})
    assert read(client) == ITEM
    assert (len(store.asked), len(sent_by_botocore)) == (3, 2)


def test_a_refusal_is_the_error_that_botocore_makes_of_it(client, store):
    for _ in range(2):
        store.will_answer({"__type": "x#ResourceNotFoundException", "message": "no table"}, 400)
    with pytest.raises(ClientError) as caught:
        read(client)
    assert caught.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "no table",
    }


def test_a_connection_that_was_closed_meanwhile_is_made_again(client, store, sent_by_botocore):
    store.will_answer({"Item": ITEM})
    store.will_answer({}, hang_up=True)
    store.will_answer({"Item": ITEM})
    store.will_answer({"Item": ITEM})
    assert [read(client) for _ in range(3)] == [ITEM] * 3
    assert len(sent_by_botocore) == 1


def test_the_connection_of_a_client_that_is_dropped_is_closed(store, monkeypatch):
    """By itself, before the garbage collector finds its socket open: that is a warning, which fails a test."""
    monkeypatch.setattr(_Answer, "log_request", lambda *_words: gc.collect())
    dropped = made(store)
    for _ in range(3):
        store.will_answer({"Item": ITEM})
        read(dropped)
    dropped.itself = dropped
    del dropped
    gc.collect()


def test_a_damaged_answer_is_not_taken(client, store, sent_by_botocore):
    store.will_answer({"Item": {**KEY, "number": {"N": "8"}}}, checksum=1)
    store.will_answer({"Item": ITEM})
    assert read(client) == ITEM
    assert len(sent_by_botocore) == 1


@pytest.mark.parametrize(
    "words", [b"<html>A proxy's page</html>", b'{"Item": {"B"', b"[]", b"[1]", b"\xff", b""]
)
def test_what_is_no_answer_of_dynamodb_is_not_taken(client, store, sent_by_botocore, words):
    store.will_answer(words)
    store.will_answer({"Item": ITEM})
    assert read(client) == ITEM
    assert len(sent_by_botocore) == 1


@pytest.mark.parametrize("checksum", ["none", "\u00b2", "1e3", "-"])
def test_a_checksum_that_is_no_number_confirms_nothing(client, store, sent_by_botocore, checksum):
    store.will_answer({"Item": {**KEY, "number": {"N": "8"}}}, checksum=checksum)
    store.will_answer({"Item": ITEM})
    assert read(client) == ITEM
    assert len(sent_by_botocore) == 1


def test_binary_values_are_decoded(client, store):
    store.will_answer({"Item": {**KEY, "raw": {"B": "aGVsbG8="}}})
    assert read(client) == {**KEY, "raw": {"B": b"hello"}}


def test_writes_are_botocores(client, store, sent_by_botocore):
    store.will_answer({})
    client.put_item(TableName="T", Item=ITEM)
    assert len(sent_by_botocore) == 1


@pytest.mark.usefixtures("tables")
def test_both_ways_give_the_same():
    CalendarVersion.bump()
    client, name = connection().client, str(CalendarVersion.Meta.table_name)
    asked = {"TableName": name, "Key": KEY, "ConsistentRead": True}
    quick = client.get_item(**asked)
    page = next(iter(client.get_paginator("scan").paginate(TableName=name)))  # botocore's own way
    assert page["Items"] == [quick["Item"]] == [{**KEY, "number": {"N": "1"}}]
