"""What the embedded engine acknowledged is there after it stopped, was killed, or ran out of disk."""

import base64
import os
import resource
import signal
import subprocess
import sys
import threading
import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from dctech import localdb
from dctech.localdb import identity, process
from dctech.localdb.directory import DataDirectory
from tests.test_localdb import ROOT, TABLE, connect, free_port

__all__ = ["connect"]

EVENTS = {
    "TableName": "Events",
    "KeySchema": [
        {"AttributeName": "event_id", "KeyType": "HASH"},
        {"AttributeName": "start", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": kind}
        for name, kind in (("event_id", "S"), ("start", "N"), ("state", "S"))
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "DateIndex",
            "KeySchema": [
                {"AttributeName": "state", "KeyType": "HASH"},
                {"AttributeName": "start", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
    "DeletionProtectionEnabled": True,
    "SSESpecification": {"Enabled": True},
    "Tags": [{"Key": "application", "Value": "dctech-events"}],
}
EVERY_TYPE = {
    "text": {"S": 'quotes " and \\, a line\nbreak, \u2028, \U0001f389, and none:'},
    "empty": {"S": ""},
    "number": {"N": "-12345678901234567890.123456789012345678"},
    "tiny": {"N": "1E-130"},
    "binary": {"B": bytes(range(256))},
    "flag": {"BOOL": False},
    "nothing": {"NULL": True},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2.5"]},
    "binaries": {"BS": [b"\x00", b"\xff\n"]},
    "list": {"L": [{"S": "x"}, {"L": [{"N": "1"}]}, {"M": {}}]},
    "map": {"M": {"inner": {"M": {"deep": {"B": b"\r\n"}}}, "é": {"S": "ü"}}},
}


class Engine:
    """A background engine of the test's own, to stop, kill and start again."""

    def __init__(self, path):
        self.directory = DataDirectory.at(path)
        self.port = free_port()

    def start(self):
        return process.start(self.directory, self.port).endpoint

    def stop(self):
        process.stop(self.directory, self.port)

    def kill(self):
        os.kill(identity.ask(self.port).pid, signal.SIGKILL)
        with self.directory.serving(patience=10):
            pass

    def journal(self):
        return self.directory.journal.read_bytes()


@pytest.fixture
def engine(tmp_path):
    engine = Engine(tmp_path / "dynamodb")
    yield engine
    engine.stop()


def put(client, key, **attributes):
    client.put_item(TableName="Things", Item={"id": {"S": key}, **attributes})


def keys(client):
    pages = client.get_paginator("scan").paginate(TableName="Things")
    return sorted(item["id"]["S"] for page in pages for item in page["Items"])


def state(client):
    """Everything that can be read."""
    read = {}
    for name in client.list_tables()["TableNames"]:
        table = client.describe_table(TableName=name)["Table"]
        backups = client.describe_continuous_backups(TableName=name)
        read[name] = {
            "table": table,
            "ttl": client.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
            "backups": backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"][
                "PointInTimeRecoveryStatus"
            ],
            "tags": client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"],
            "items": client.scan(TableName=name)["Items"],
        }
    read["index"] = client.query(
        TableName="Events",
        IndexName="DateIndex",
        KeyConditionExpression="#state = :state",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":state": {"S": "DC"}},
        ScanIndexForward=False,
    )["Items"]
    return read


def fill(client):
    """Use every operation that changes something."""
    client.create_table(**EVENTS)
    client.create_table(**TABLE)
    arn = client.describe_table(TableName="Things")["Table"]["TableArn"]
    client.update_table(
        TableName="Things",
        AttributeDefinitions=[
            *TABLE["AttributeDefinitions"],
            {"AttributeName": "kind", "AttributeType": "B"},
        ],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "KindIndex",
                    "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            }
        ],
    )
    client.update_time_to_live(
        TableName="Events", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    client.update_continuous_backups(
        TableName="Events", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    client.tag_resource(
        ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    )
    client.untag_resource(ResourceArn=arn, TagKeys=["a"])

    put(client, "every type", **EVERY_TYPE)
    for number in range(30):
        title = {"S": f"Event {number}"}
        event = {"event_id": {"S": f"e{number}"}, "start": {"N": f"{number}.50"}, "title": title}
        client.put_item(TableName="Events", Item={**event, "state": {"S": "DC"}})
    event = {"event_id": {"S": "e1"}, "start": {"N": "1.5"}}
    client.update_item(
        TableName="Events",
        Key=event,
        UpdateExpression="SET title = :title REMOVE #state ADD seen :one",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":title": {"S": "Hidden"}, ":one": {"N": "1"}},
    )
    client.delete_item(TableName="Events", Key={"event_id": {"S": "e2"}, "start": {"N": "2.5"}})
    client.batch_write_item(
        RequestItems={
            "Things": [{"PutRequest": {"Item": {"id": {"S": f"t{n}"}}}} for n in range(25)],
        }
    )
    client.batch_write_item(
        RequestItems={"Things": [{"DeleteRequest": {"Key": {"id": {"S": "t3"}}}}]}
    )
    client.transact_write_items(
        TransactItems=[
            {"Delete": {"TableName": "Things", "Key": {"id": {"S": "t4"}}}},
            {"Put": {"TableName": "Things", "Item": {"id": {"S": "in a transaction"}}}},
            {
                "Update": {
                    "TableName": "Events",
                    "Key": event,
                    "UpdateExpression": "SET title = :title",
                    "ExpressionAttributeValues": {":title": {"S": "Twice"}},
                }
            },
        ]
    )
    client.create_table(**{**TABLE, "TableName": "Dropped"})
    client.put_item(TableName="Dropped", Item={"id": {"S": "gone"}})
    client.delete_table(TableName="Dropped")
    client.create_table(**{**TABLE, "TableName": "Again"})
    client.put_item(TableName="Again", Item={"id": {"S": "gone"}})
    client.delete_table(TableName="Again")
    client.create_table(**{**TABLE, "TableName": "Again"})


@pytest.mark.parametrize("end", [Engine.stop, Engine.kill])
def test_everything_is_the_same_after_a_restart(engine, connect, end):
    client = connect(engine.start())
    fill(client)
    before = state(client)
    assert [item["start"]["N"] for item in before["index"][:2]] == ["29.5", "28.5"]
    assert len(before["index"]) == 28
    assert set(before) == {"Events", "Things", "Again", "index"}
    every_type = next(i for i in before["Things"]["items"] if i["id"]["S"] == "every type")
    assert every_type["binary"] == EVERY_TYPE["binary"]

    # The second restart reads what the first one rewrote.
    for _ in range(2):
        end(engine)
        assert state(connect(engine.start())) == before


def test_a_restart_makes_the_journal_compact(engine, connect):
    client = connect(engine.start())
    client.create_table(**TABLE)
    for number in range(200):
        put(client, "counter", value={"N": str(number)})
    assert engine.journal().count(b"\n") == 201
    engine.kill()
    client = connect(engine.start())
    assert engine.journal().count(b"\n") == 2
    assert client.scan(TableName="Things")["Items"] == [
        {"id": {"S": "counter"}, "value": {"N": "199"}}
    ]


def test_a_large_journal_is_made_compact_while_it_runs(engine, connect):
    client = connect(engine.start())
    client.create_table(**TABLE)
    for number in range(100):
        put(client, "large", number={"N": str(number)}, blob={"B": bytes(290_000)})
    assert len(engine.journal()) < 32_000_000
    put(client, "small")
    engine.kill()
    client = connect(engine.start())
    assert keys(client) == ["large", "small"]
    large = client.get_item(TableName="Things", Key={"id": {"S": "large"}})["Item"]
    assert (large["number"], len(large["blob"]["B"])) == ({"N": "99"}, 290_000)


WRITER = """
import sys
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

endpoint, name = sys.argv[1:]
client = botocore.session.get_session().create_client(
    "dynamodb", region_name="us-east-1", endpoint_url=endpoint, aws_access_key_id="local",
    aws_secret_access_key="local", config=Config(retries={"total_max_attempts": 1}))
try:
    for number in range(500):
        key = f"{name}-{number}"
        item = {"id": {"S": key}}
        if number % 2:
            client.put_item(TableName="Things", Item=item)
        else:
            partner = {"id": {"S": f"partner-of-{key}"}}
            client.transact_write_items(TransactItems=[
                {"Put": {"TableName": "Things", "Item": item}},
                {"Put": {"TableName": "Things", "Item": partner}}])
        print(key, flush=True)
except BotoCoreError:
    pass
"""


def test_a_kill_amid_the_writes_of_two_processes_loses_nothing_acknowledged(engine, connect):
    endpoint = engine.start()
    connect(endpoint).create_table(**TABLE)
    acknowledged = []
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, endpoint, name],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    readers = [
        threading.Thread(target=_collect, args=(writer.stdout, acknowledged)) for writer in writers
    ]
    for reader in readers:
        reader.start()
    while len(acknowledged) < 300:
        time.sleep(0.001)
    engine.kill()
    for writer, reader in zip(writers, readers, strict=True):
        reader.join()
        writer.communicate()
    assert 300 <= len(acknowledged) < 1000

    stored = set(keys(connect(engine.start())))
    assert set(acknowledged) <= stored
    of_transactions = {key for key in stored if key.partition("-")[2].isdigit()}
    even = {key for key in of_transactions if int(key.partition("-")[2]) % 2 == 0}
    assert {f"partner-of-{key}" for key in even} == stored - of_transactions
    # One write of each process can have been stored without being acknowledged.
    assert len(of_transactions) - len(acknowledged) <= 2


def _collect(lines, into):
    for line in lines:
        into.append(line.strip())


@pytest.mark.parametrize("left", [1, 9, 30, -1], ids=lambda left: f"{left} bytes")
def test_a_torn_last_line_is_dropped(engine, connect, left):
    client = connect(engine.start())
    client.create_table(**TABLE)
    for key in ("first", "second", "torn"):
        put(client, key, text={"S": "a\nb" * 100})
    engine.kill()
    *whole, last = engine.journal().splitlines(keepends=True)
    engine.directory.journal.write_bytes(b"".join(whole) + last[:left])

    client = connect(engine.start())
    assert keys(client) == ["first", "second"]
    put(client, "third")
    engine.kill()
    assert keys(connect(engine.start())) == ["first", "second", "third"]


def test_a_damaged_line_is_an_error_and_stays_for_mending(engine, connect):
    client = connect(engine.start())
    client.create_table(**TABLE)
    put(client, "first")
    put(client, "second")
    engine.kill()
    damaged = engine.journal().replace(b"first", b"worst")
    engine.directory.journal.write_bytes(damaged)
    with pytest.raises(localdb.JournalError, match=r"journal\.jsonl, line 2 is damaged.*reset"):
        engine.start()
    assert engine.journal() == damaged
    engine.directory.journal.write_bytes(damaged.replace(b"worst", b"first"))
    assert keys(connect(engine.start())) == ["first", "second"]


def test_a_cancelled_transaction_leaves_nothing(engine, connect):
    client = connect(engine.start())
    client.create_table(**TABLE)
    put(client, "there", number={"N": "1"})
    journal = engine.journal()
    change = {
        "TableName": "Things",
        "Key": {"id": {"S": "there"}},
        "UpdateExpression": "SET #n = :two",
        "ExpressionAttributeNames": {"#n": "number"},
        "ExpressionAttributeValues": {":two": {"N": "2"}},
    }
    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "Things", "Item": {"id": {"S": "new"}}}},
                {"Update": change},
                {
                    "ConditionCheck": {
                        "TableName": "Things",
                        "Key": {"id": {"S": "elsewhere"}},
                        "ConditionExpression": "attribute_exists(id)",
                    }
                },
            ]
        )
    there = [{"id": {"S": "there"}, "number": {"N": "1"}}]
    assert client.scan(TableName="Things")["Items"] == there
    assert engine.journal() == journal
    engine.kill()
    assert connect(engine.start()).scan(TableName="Things")["Items"] == there


def test_a_refused_write_leaves_no_trace(engine, connect):
    client = connect(engine.start())
    client.create_table(**TABLE)
    put(client, "there")
    journal = engine.journal()
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.put_item(
            TableName="Things",
            Item={"id": {"S": "there"}, "more": {"S": "x"}},
            ConditionExpression="attribute_not_exists(id)",
        )
    with pytest.raises(ClientError, match="ValidationException"):
        client.batch_write_item(
            RequestItems={
                "Things": [
                    {"PutRequest": {"Item": {"id": {"S": "good"}}}},
                    {"PutRequest": {"Item": {"id": {"N": "1"}}}},
                ]
            }
        )
    assert keys(client) == ["there"]
    assert engine.journal() == journal


def test_a_transaction_sent_again_after_a_kill_is_not_applied_twice(engine, connect):
    client = connect(engine.start())
    client.create_table(**TABLE)
    request = {
        "ClientRequestToken": "once",
        "TransactItems": [
            {
                "Update": {
                    "TableName": "Things",
                    "Key": {"id": {"S": "counter"}},
                    "UpdateExpression": "ADD visits :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}},
                }
            }
        ],
    }
    client.transact_write_items(**request)
    for _ in range(2):
        engine.kill()
        client = connect(engine.start())
        client.transact_write_items(**request)
    assert client.scan(TableName="Things")["Items"] == [
        {"id": {"S": "counter"}, "visits": {"N": "1"}}
    ]


def test_expired_items_are_deleted_and_stay_deleted(tmp_path, connect):
    now = int(time.time())
    with localdb.server_process(tmp_path) as endpoint:
        client = connect(endpoint)
        client.create_table(**TABLE)
        client.update_time_to_live(
            TableName="Things", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
        )
        put(client, "expired", ttl={"N": str(now - 10)})
        put(client, "to come", ttl={"N": str(now + 3600)})
        put(client, "not a number", ttl={"S": str(now - 10)})
        put(client, "six years ago", ttl={"N": str(now - 6 * 366 * 86400)})
        put(client, "without")
    with localdb.server_process(tmp_path, expire_every=0.05) as endpoint:
        client = connect(endpoint)
        while "expired" in keys(client):
            time.sleep(0.01)
        kept = keys(client)
        os.kill(identity.ask(int(endpoint.rpartition(":")[2])).pid, signal.SIGKILL)
    assert kept == ["not a number", "six years ago", "to come", "without"]
    with localdb.server_process(tmp_path) as endpoint:
        assert keys(connect(endpoint)) == kept


def test_a_full_disk_acknowledges_nothing_and_loses_nothing(engine, connect):
    client = connect(engine.start())
    client.create_table(**TABLE)
    put(client, "fits")
    pid = identity.ask(engine.port).pid
    limit = len(engine.journal()) + 100
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, limit))
    with pytest.raises(ConnectionClosedError):
        put(client, "too large", text={"S": "x" * 1000})
    client = connect(engine.start())
    assert keys(client) == ["fits"]
    put(client, "too large", text={"S": "x" * 1000})
    assert keys(client) == ["fits", "too large"]


def test_binary_keys_and_indexes_are_found_after_a_restart(engine, connect):
    client = connect(engine.start())
    client.create_table(
        TableName="Binary",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
        BillingMode="PAY_PER_REQUEST",
    )
    key = {"id": {"B": b"\x00\xfe\n"}}
    client.put_item(
        TableName="Binary", Item={**key, "text": {"S": base64.b64encode(b"x").decode()}}
    )
    engine.kill()
    client = connect(engine.start())
    assert client.get_item(TableName="Binary", Key=key)["Item"]["text"] == {"S": "eA=="}
