"""The committed description of the API, and what of a new one would break a client.

`python -m tests.openapi` writes it anew, unless the promise of docs/api.md would be broken.
"""

import json
import os
import sys
from pathlib import Path

SNAPSHOT = Path(__file__).with_name("openapi.json")
WORDS = {"description", "summary", "title", "example", "examples", "info", "servers", "tags"}
"""Parts that nothing depends on."""


def committed():
    return json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def written(description):
    return json.dumps(description, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def broken(old, new):
    """Return where a new description lacks or changes what the old one has, or asks clients for more."""
    bodies = {f"/components/schemas/{name}" for name in _bodies(new)}
    return list(_broken(old, new, "", bodies))


def _bodies(description):
    """Yield the schemas of what clients send."""
    for operations in description["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield content["schema"].get("$ref", "").rpartition("/")[2]


def _broken(old, new, place, bodies):
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old if place.endswith("/properties") else old.keys() - WORDS:
            if name not in new:
                yield f"{place}/{name} is gone"
            else:
                yield from _broken(old[name], new[name], f"{place}/{name}", bodies)
        if place in bodies:
            more = set(new.get("required", ())) - set(old.get("required", ()))
            yield from (f"{place}/{name} is required" for name in sorted(more))
    elif place.endswith("/parameters"):
        before, after = ({each["name"]: each for each in found} for found in (old, new))
        yield from _broken(before, after, place.removesuffix("s"), bodies)
        more = [name for name in after.keys() - before.keys() if after[name]["required"]]
        yield from (f"{place}/{name} is required" for name in more)
    elif isinstance(old, list) and isinstance(new, list):
        yield from (f"{place} has no {each!r} any more" for each in old if each not in new)
    elif old != new:
        yield f"{place} was {old!r} and is {new!r}"


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
