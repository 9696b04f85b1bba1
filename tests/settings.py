"""The product's settings, with tables and data of the tests' own."""

import os
import tempfile

for _table in ("EVENTS", "GROUPS", "CATEGORIES", "OPERATIONS", "HISTORY"):
    os.environ[f"{_table}_TABLE_NAME"] = f"DCTechTest{_table.title()}"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="dctech-tests-")
# Until a test asks for the `engine` nobody answers, so that none starts one unasked (port 9 discards).
os.environ["DYNAMODB_ENDPOINT_URL"] = (
    os.environ.get("CONTRACT_ENDPOINT_URL") or "http://127.0.0.1:9"
)
os.environ["DYNAMODB_PATIENCE"] = "60"  # a busy machine is no outage; test_faults.py has less
os.environ["SITE_TIMEZONE"] = "America/New_York"
os.environ["SITE_REGIONS"] = "DC,MD,VA"

from dctech.settings import *  # noqa: E402, F403 - the environment comes first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""the real one takes its time, as it should"""
