"""The product's settings, with tables and data of the tests' own."""

import os
import tempfile

for _table in ("EVENTS", "GROUPS", "CATEGORIES", "OPERATIONS", "HISTORY"):
    os.environ[f"{_table}_TABLE_NAME"] = f"DCTechTest{_table.title()}"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="dctech-tests-")
os.environ["DYNAMODB_ENDPOINT_URL"] = os.environ.get("CONTRACT_ENDPOINT_URL", "")
os.environ["SITE_TIMEZONE"] = "America/New_York"
os.environ["SITE_REGIONS"] = "DC,MD,VA"

from dctech.settings import *  # noqa: E402, F403 - the environment comes first
