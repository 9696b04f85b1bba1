"""The tests' settings with DATABASE_URL=dsql://…, and a PostgreSQL where DSQL would be."""

from tests.settings import *  # noqa: F403

DATABASES["default"]["ENGINE"] = "tests.dsql"  # noqa: F405
DATABASES["default"]["OPTIONS"] = {}  # noqa: F405
