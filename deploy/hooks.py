"""What Zappa calls while it works (`callbacks` in zappa_settings.json)."""

import os
import py_compile
import tempfile
import zipfile
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from deploy import static

ADDED = ("handler.py", "zappa_settings.py", "django_zappa_app.py")
"""Zappa's own modules, which it adds itself."""

UPLOADS = ("deploy", "update")


def name_resources(zappa: Any) -> None:
    """Take from the environment what the stack has made, whose names have the account's number.

    DEAD_LETTER_ARN is the queue of events that failed for good; UPLOADS_BUCKET gets the package on its way to Lambda,
    for which Zappa would make a bucket each time.
    """
    if arn := os.environ.get("DEAD_LETTER_ARN"):
        zappa.dead_letter_config = {"TargetArn": arn}
    if bucket := os.environ.get("UPLOADS_BUCKET"):
        zappa.s3_bucket_name = bucket


def finish_zip(zappa: Any) -> None:
    """Mend what Zappa has packed; before new code runs, its static files are where it says."""
    path = Path(zappa.zip_path)
    without_strays(path)
    compile_handler(path)
    bucket = os.environ.get("STATIC_ASSETS_BUCKET")
    if bucket and zappa.vargs["command"] in UPLOADS:
        static.upload(Path.cwd().with_name(f"{zappa.api_stage}-static"), bucket)


def without_strays(path: Path) -> None:
    """Take out the __init__.py that Zappa puts into every __pycache__: Django would take it for template tags."""
    mended = path.with_suffix(".mended")
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(mended, "w") as archive:
        for each in packed.infolist():
            if not each.filename.endswith("__pycache__/__init__.py"):
                archive.writestr(each, packed.read(each), zipfile.ZIP_DEFLATED)
    mended.replace(path)


def compile_handler(path: Path) -> None:
    """Give Zappa's own modules bytecode too: otherwise each cold start compiles a thousand lines."""
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        tempfile.TemporaryDirectory() as folder,
    ):
        for name in ADDED:
            source = Path(folder) / name
            source.write_bytes(archive.read(name))
            mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
            bytecode = source.with_suffix(".pyc")
            py_compile.compile(
                str(source), str(bytecode), dfile=name, doraise=True, invalidation_mode=mode
            )
            cached = Path(cache_from_source(name)).name
            packed = zipfile.ZipInfo(f"__pycache__/{cached}")
            packed.external_attr = 0o644 << 16
            archive.writestr(packed, bytecode.read_bytes(), zipfile.ZIP_DEFLATED)
