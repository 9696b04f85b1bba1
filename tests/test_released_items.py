"""What earlier releases have stored is read, and what later ones will store beside it does no harm.

released_items.json has items as each release wrote them, in DynamoDB's own notation. It only ever grows: whoever gives
a model an attribute adds an item that has it, and leaves the others as they are.
"""

import json
from importlib import import_module

import pytest

from collector.models import Leased
from dctech import dynamodb
from dctech.backup.lines import item_of, line_of
from dctech.dynamodb import Table, _subclasses
from dctech.models import Operation
from dctech.moderation import Act, Moderated
from events.models import Event
from groups.models import Group
from tests.conftest import ROOT
from tests.make import NOW

for module in (
    "collector.shards",
    "dctech.api.urls",
    "dctech.cache",
    "dctech.urls",
):
    import_module(module)

ITEMS = json.loads((ROOT / "tests/released_items.json").read_text("utf-8"))
BASES = {Leased, Moderated}
"""What other models share: nothing is stored of them alone."""
MODELS = {model.__name__: model for model in _subclasses(Table) if model not in BASES}
ALL = [
    pytest.param(MODELS[name], item, id=f"{name}{number}")
    for name, items in ITEMS.items()
    for number, item in enumerate(items)
]
LATER = {
    "zq_text": {"S": "of a later release"},
    "zq_map": {"M": {"a": {"L": [{"N": "1"}]}}},
    "zq_binary": {"B": "AAE="},
    "zq_nothing": {"NULL": True},
}


def store(model, item):
    dynamodb.connection().client.put_item(
        TableName=model.Meta.table_name, Item=item_of(json.dumps(item).encode())
    )


def stored(model, item):
    """Return an item as it is in the table."""
    names = [name for name in (model._hash_keyname, model._range_keyname) if name]
    found = dynamodb.connection().client.get_item(
        TableName=model.Meta.table_name,
        Key={name: item[name] for name in names},
        ConsistentRead=True,
    )
    return json.loads(line_of(found["Item"]))


def read(model, item):
    attributes = model.get_attributes()
    names = [name for name in (model._hash_keyname, model._range_keyname) if name]
    key = [attributes[name].deserialize(item[name]["S"]) for name in names]
    return model.get(*key, consistent_read=True)


def test_each_model_and_attribute_is_there():
    assert ITEMS.keys() == MODELS.keys()
    missing = {
        (name, attribute)
        for name, model in MODELS.items()
        for attribute in model.get_attributes()
        if not any(attribute in item for item in ITEMS[name])
    }
    inherited = {(name, "ttl") for name, model in MODELS.items() if issubclass(model, Operation)}
    assert missing <= inherited


@pytest.mark.parametrize(("model", "item"), ALL)
def test_an_item_of_an_earlier_release_is_read_and_means_the_same(tables, model, item):
    store(model, item)
    again = json.loads(line_of(read(model, item).serialize()))
    assert {name: again.get(name) for name in item} == item


@pytest.mark.parametrize(("model", "item"), ALL)
def test_what_a_later_release_adds_is_neither_read_nor_changed(tables, model, item):
    store(model, item)
    before = read(model, item).attribute_values
    store(model, item | LATER)
    found = read(model, item)
    assert found.attribute_values.keys() == before.keys()
    assert found.serialize() == model(**before).serialize()
    attribute = next(name for name in reversed(item) if name not in {*found._get_keys(), "version"})
    kept = getattr(found, attribute)
    found.update(actions=[getattr(model, attribute).set(kept)])
    assert {name: stored(model, item)[name] for name in LATER} == LATER


@pytest.mark.parametrize("model", [Event, Group])
def test_a_moderators_edit_leaves_it_as_well(tables, model):
    item = ITEMS[model.__name__][0]
    store(model, item | LATER)
    found = model.find(item[model._hash_keyname]["S"])
    found.edit(Act("user:ada", NOW), {"description": "Edited by the release before."})
    now = stored(model, item)
    assert now["description"] == {"S": "Edited by the release before."}
    assert {name: now[name] for name in LATER} == LATER


def test_pages_are_made_of_items_of_an_earlier_release(tables, client):
    for name in ("Event", "Group", "Category"):
        for item in ITEMS[name]:
            store(MODELS[name], item | LATER)
    page = client.get(f"/events/{'a' * 64}/", follow=True)
    assert page.status_code == 200
    assert "Größe &amp; Ñandú: a fair of tools" in page.content.decode()
    assert client.get("/groups/pythons/").status_code == 200
    assert client.get("/categories/python/").status_code == 200
    assert client.get(f"/events/{'b' * 64}/").status_code == 404
    merged = client.get(f"/events/{'c' * 64}/")
    assert merged["Location"].startswith(f"/events/{'a' * 64}/")
