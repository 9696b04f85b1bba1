"""create_tables: makes what is missing, says what differs, drops nothing."""

import copy
import io

import pytest
from django.core.management import CommandError, call_command

from dctech import tables as definitions
from dctech.dynamodb import Table, connection
from groups.models import Group
from tests import make

pytestmark = pytest.mark.usefixtures("tables")


def run(*arguments):
    out = io.StringIO()
    call_command("create_tables", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def name(model=Group):
    return model.Meta.table_name


@pytest.fixture
def client():
    """The client; whatever the test did to the Groups table is undone."""
    client = connection().client
    yield client
    client.delete_table(TableName=name())
    list(definitions.ensure())


def replace_table(client, **changes):
    """Delete the Groups table and make another in its place."""
    definition = copy.deepcopy(definitions._definition(Group)) | changes
    client.delete_table(TableName=name())
    client.create_table(**definition)


def test_it_makes_nothing_twice():
    assert run() == ""
    assert "as the models describe" in run("--check", "--verbosity", "2")


def test_it_makes_a_missing_table_and_leaves_the_others_alone(client):
    make.event().create()
    client.delete_table(TableName=name())
    with pytest.raises(CommandError) as refused:
        run("--check")
    assert refused.value.returncode == 1
    assert f"{name()}: table created" in run()
    assert run() == ""
    assert len(list(type(make.event()).query(make.event().event_id))) == 1


def test_a_missing_index_is_made_and_holds_what_was_there(client):
    make.group().save()
    client.update_table(
        TableName=name(),
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "ActiveApprovedIndex"}}],
    )
    assert [(c.message, c.drift) for c in definitions.ensure(make=False)] == [
        ("index ActiveApprovedIndex is missing", True)
    ]
    assert run() == f"{name()}: index ActiveApprovedIndex created\n"
    assert [group.group_id for group in Group.active_and_approved()] == ["pythons"]


def test_another_projection_is_named_and_left_alone(client):
    indexes = definitions._definition(Group)["GlobalSecondaryIndexes"]
    indexes = [index | {"Projection": {"ProjectionType": "KEYS_ONLY"}} for index in indexes]
    replace_table(client, GlobalSecondaryIndexes=indexes)
    messages = run()
    assert "index StatusIndex projects KEYS_ONLY, the model's INCLUDE" in messages
    assert "index ActiveApprovedIndex projects KEYS_ONLY, the model's INCLUDE" in messages
    with pytest.raises(CommandError):
        run("--check")


def test_other_projected_attributes_are_named(client):
    indexes = copy.deepcopy(definitions._definition(Group)["GlobalSecondaryIndexes"])
    for index in indexes:
        if index["IndexName"] == "StatusIndex":
            index["Projection"]["NonKeyAttributes"].remove("website")
    replace_table(client, GlobalSecondaryIndexes=indexes)
    assert "projects other attributes than the model's: website" in run()


def test_another_key_and_an_unknown_index_are_named(client):
    index = definitions._definition(Group)["GlobalSecondaryIndexes"][0]
    replace_table(
        client,
        AttributeDefinitions=[{"AttributeName": "slug", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "slug", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            index
            | {
                "IndexName": "SlugIndex",
                "KeySchema": [{"AttributeName": "slug", "KeyType": "HASH"}],
            }
        ],
    )
    messages = [change.message for change in definitions.ensure(make=False)]
    assert "its key is ['slug'], the model's ['group_id']" in messages
    assert "index SlugIndex is unknown to the model" in messages


def test_each_model_has_a_table_of_its_own():
    names = [name(model) for model in Table.models()]
    assert len(set(names)) == len(names) == 5


def test_production_tables_are_encrypted_protected_and_tagged(settings):
    settings.DYNAMODB_ENDPOINT_URL = "https://dynamodb.us-east-1.amazonaws.com"
    definitions.endpoint_url.cache_clear()
    try:
        wanted = definitions._definition(Group)
    finally:
        definitions.endpoint_url.cache_clear()
    assert wanted["SSESpecification"] == {"Enabled": True}
    assert wanted["DeletionProtectionEnabled"] is True
    assert wanted["BillingMode"] == "PAY_PER_REQUEST"
    assert wanted["Tags"] == [{"Key": "application", "Value": "dctech-events"}]


def test_backups_are_switched_on_where_the_engine_has_them(client):
    replace_table(client)
    try:
        client.describe_continuous_backups(TableName=name())
    except client.exceptions.ClientError:
        pytest.skip("this engine knows no point-in-time recovery")
    assert f"{name()}: point-in-time recovery enabled" in run()
    assert run() == ""


def test_protection_and_encryption_are_asked_for_where_they_are_off(client):
    def missing():
        described = client.describe_table(TableName=name())["Table"]
        changes = definitions._ensure_protection(name(), described, make=True)
        return [change.message for change in changes]

    assert missing() == ["deletion protection enabled", "encryption enabled"]
    assert missing() == []
    client.update_table(TableName=name(), DeletionProtectionEnabled=False)


def test_a_missing_tag_is_named_and_set(client):
    replace_table(client, Tags=[])
    messages = [change.message for change in definitions.ensure(make=False)]
    assert "the tag application=dctech-events is missing" in messages
    assert f"{name()}: tagged application=dctech-events" in run()
