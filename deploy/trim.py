"""What of the installed packages never runs on Lambda. Half of their size, and nothing that is imported."""

import shutil
from pathlib import Path

SERVICES = ("dsql", "dynamodb", "lambda", "s3", "sns", "ssm", "sts")
"""Those of AWS that the site asks; botocore brings 400."""

LANGUAGES = ("en", "en_GB", "es")

LEFT_OUT = (
    "**/*.dist-info/RECORD",
    "**/*.pyi",
    "**/*.po",
    "**/*.[ch]",
    "**/*.pyx",
    "*/tests",
    "*/testing",
    "*/test_*.py",
    "botocore/data/*/*/examples-1.json",
    "bin",
    "boto3/data",
    "boto3/examples",
    "icalendar/fuzzing",
    "ninja/static",
    "pymupdf_fonts/[!F_]*.py",
    "pymupdf_fonts/*Italic.py",
    "pymupdf_fonts/FiraMono*.py",
    "django/contrib/gis",
    "django/contrib/admindocs",
    "django/conf/app_template",
    "django/conf/project_template",
    "zappa/cli.py",
    "zappa/core.py",
    "zappa/letsencrypt.py",
)
STATIC = (
    "django/contrib/admin/static",
    "allauth/*/static",
)
"""Collected under the names of their content beside them."""


def site(folder: Path) -> None:
    """Leave out of installed packages what never runs."""
    for pattern in (*LEFT_OUT, *STATIC):
        for path in sorted(folder.glob(pattern)):
            _remove(path)
    for path in (folder / "botocore/data").iterdir():
        if path.is_dir() and path.name not in SERVICES:
            _remove(path)
    for path in [*folder.glob("**/locale/*"), *folder.glob("**/translations/*")]:
        if path.is_dir() and path.name not in LANGUAGES:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
