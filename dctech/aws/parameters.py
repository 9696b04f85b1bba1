"""Secrets, from the SSM Parameter Store: they are in no file and not in the function's configuration."""

import logging

from botocore.exceptions import BotoCoreError, ClientError  # noqa: TID251 - SSM's
from botocore.session import get_session  # noqa: TID251 - SSM, before there are settings
from django.core.exceptions import ImproperlyConfigured


def read(path: str, region: str) -> dict[str, str]:
    """Return the parameters below a path by the last part of their names; raise ImproperlyConfigured."""
    # LOGGING says so too, and comes later.
    logging.getLogger("botocore").setLevel(logging.WARNING)
    try:
        client = get_session().create_client("ssm", region_name=region)
        asked = client.get_paginator("get_parameters_by_path")
        return {
            parameter["Name"].rpartition("/")[2]: parameter["Value"]
            for page in asked.paginate(Path=path, WithDecryption=True)
            for parameter in page["Parameters"]
        }
    except (BotoCoreError, ClientError) as error:
        raise ImproperlyConfigured(
            f"PARAMETERS_PATH={path!r} cannot be read in {region}: {error}"
        ) from error
