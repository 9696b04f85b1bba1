"""Every benchmark, as ratios to a reference measured in the same run: `make bench`, `python -m benchmarks NAME`."""

import importlib
import os
import sys
import tempfile
from pathlib import Path

NAMES = ("fetch", "parse", "writes", "pages", "api", "search", "cold_start", "load")


def main() -> None:
    chosen = sys.argv[1:] or NAMES
    for name in chosen:
        if name not in NAMES:
            sys.exit(f"There is no benchmark {name!r}; there are {', '.join(NAMES)}.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "dctech.settings"
    with tempfile.TemporaryDirectory(prefix="dctech-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        run(chosen, folder)


def run(names, folder) -> None:
    import django  # noqa: PLC0415 - after the environment is set
    from django.conf import settings  # noqa: PLC0415

    django.setup()
    from dctech import localdb, tables  # noqa: PLC0415

    with localdb.server_process(Path(folder)) as url:
        settings.DYNAMODB_ENDPOINT_URL = url
        list(tables.ensure())
        for name in names:
            for row in importlib.import_module(f"benchmarks.{name}").rows():
                show(*row)


def show(name, ours, reference, ratio, goal) -> None:
    print(
        f"{name}\n    {ours:,.4g} against {reference:,.4g}: {ratio:.3f}  {goal and f'goal {goal}'}",
        flush=True,
    )


if __name__ == "__main__":
    main()
