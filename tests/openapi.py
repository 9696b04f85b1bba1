"""The committed description of the API, and what of a new one would break a client.

`python -m tests.openapi` writes it anew, unless the promise of docs/api.md would be broken.
"""

import json
import os
import re
import sys
from pathlib import Path

SNAPSHOT = Path(__file__).with_name("openapi.json")
WORDS = {"description", "summary", "title", "example", "examples", "info", "servers", "tags"}
"""Parts that nothing depends on."""

NAMES = {"properties", "content", "responses", "headers"}
"""What has names of our own below it, of which there may be more."""

HARMLESS = WORDS | {"default", "deprecated"}
ALTERNATIVES = {"anyOf", "oneOf", "enum", "type"}
SENT, RECEIVED = "sent", "received"


def committed():
    return json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def written(description):
    return json.dumps(description, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def broken(old, new):
    """Return where a new description lacks or changes what the old one has, asks clients for more, or answers else.

    What clients send may not be held to more, and what they receive may not be more than they know: whether a schema
    is sent or received, or both, follows from the operations that refer to it.
    """
    uses = _uses(new)
    return list(dict.fromkeys(_broken(old, new, ("",), frozenset(), uses)))


def _uses(description):
    """Return the uses of each schema by its name: SENT, RECEIVED or both."""
    schemas = description["components"]["schemas"]
    found = {name: set() for name in schemas}
    for use, parts in (
        (SENT, _parts(description, "requestBody")),
        (RECEIVED, [*_parts(description, "responses"), description["components"].get("responses")]),
    ):
        ahead = _referred(parts)
        while ahead:
            name = ahead.pop()
            if use not in found[name]:
                found[name].add(use)
                ahead |= _referred(schemas[name])
    return {name: frozenset(used) for name, used in found.items()}


def _parts(description, name):
    return [
        operation.get(name)
        for operations in description["paths"].values()
        for operation in operations.values()
    ]


def _referred(part):
    return set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(part)))


def _broken(old, new, path, use, uses):
    """Yield what breaks below a path of keys, whose values have a use (see `_uses`)."""
    place = "/".join(path)
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _less(old, new, path, use, uses)
        yield from _more(old, new, path, use)
    elif path[-1] == "parameters":
        before, after = ({_name(each): each for each in found} for found in (old, new))
        within = (*path[:-1], "parameter")
        for name, each in before.items():
            if name not in after:
                yield f"{'/'.join(within)}/{name} is gone"
            else:
                yield from _broken(each, after[name], (*within, name), frozenset({SENT}), uses)
        more = [name for name in after if name not in before and after[name].get("required")]
        yield from (f"{place}/{name} is required" for name in more)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_list(old, new, path, use)
    elif old != new:
        yield f"{place} was {old!r} and is {new!r}"


def _name(parameter):
    """Return what a parameter is known by; a query's alone by its name."""
    where = parameter.get("in", "query")
    return parameter["name"] if where in {"query", "path"} else f"{where} {parameter['name']}"


def _less(old, new, path, use, uses):
    """Yield what of an object is gone or changed."""
    for name in old if _named(path) else old.keys() - WORDS:
        below = (*path, name)
        if name not in new:
            yield f"{'/'.join(below)} is gone"
        else:
            yield from _broken(old[name], new[name], below, _use(below, use, uses), uses)


def _more(old, new, path, use):
    """Yield what an object asks for, or answers, that it did not."""
    place = "/".join(path)
    more = sorted(new.keys() - old.keys())
    if path[1:2] == ("paths",) and len(path) == 4:
        yield from _of_operation(old, new, place)
    elif path[1:2] == ("paths",) and path[4:] == ("responses",):
        yield from (f"{place}/{name} is new" for name in more if name < "400" and name != "304")
    elif _named(path):
        return
    if SENT in use:
        for name in more:
            if name == "required" and isinstance(new[name], list):
                yield from (f"{place}/{each} is required" for each in sorted(new[name]))
            elif name not in HARMLESS and not (name == "required" and new[name] is False):
                yield f"{place}/{name} is asked for"
    if RECEIVED in use and new.get("nullable"):
        yield f"{place} may be null"


def _of_operation(old, new, place):
    """Yield whom an operation is not open to any more, and whether it asks for a body."""
    ways = new.get("security", [{}])
    for way in old.get("security", [{}]):
        if not any(each.items() <= way.items() for each in ways):
            yield f"{place} is not open with {way or 'nothing'} any more"
    if "requestBody" not in old and new.get("requestBody", {}).get("required"):
        yield f"{place}/requestBody is required"


def _in_list(old, new, path, use):
    place = "/".join(path)
    before, after = ([_plain(each) for each in found] for found in (old, new))
    yield from (f"{place} has no {each!r} any more" for each in before if each not in after)
    more = [each for each in after if each not in before]
    if path[-1] == "required" and SENT in use:
        yield from (f"{'/'.join(path[:-1])}/{name} is required" for name in sorted(more))
    if path[-1] in ALTERNATIVES and RECEIVED in use:
        yield from (f"{place} has {each!r} as well" for each in more)


def _plain(value):
    """Return a value without its words."""
    if not isinstance(value, dict):
        return value
    return {name: _plain(each) for name, each in value.items() if name not in WORDS}


def _named(path):
    """Tell whether the keys of an object are names of our own, not of JSON Schema's or OpenAPI's."""
    if path[1:] in (("paths",), ("components", "schemas")):
        return True
    return path[-1] in NAMES and not _named(path[:-1])


def _use(path, use, uses):
    if path[1:3] == ("components", "schemas") and len(path) == 4:
        return uses.get(path[3], frozenset())
    if use or path[-1] not in {"requestBody", "responses"}:
        return use
    return frozenset({SENT if path[-1] == "requestBody" else RECEIVED})


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django  # noqa: PLC0415 - after the environment is set

    django.setup()
    from dctech.api.description import described  # noqa: PLC0415

    new = json.loads(json.dumps(described()))
    if SNAPSHOT.exists() and (breaks := broken(committed(), new)):
        sys.exit("\n".join(["This would break clients:", *breaks]))
    SNAPSHOT.write_text(written(new), encoding="utf-8")


if __name__ == "__main__":
    main()
