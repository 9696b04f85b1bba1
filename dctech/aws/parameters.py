"""Secrets, from the SSM Parameter Store: they are in no file and not in the function's configuration."""

from botocore.session import get_session  # noqa: TID251 - SSM, before there are settings


def read(path: str, region: str) -> dict[str, str]:
    """Return the parameters below a path by the last part of their names; raises botocore's errors."""
    client = get_session().create_client("ssm", region_name=region)
    pages = client.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=True)
    return {
        parameter["Name"].rpartition("/")[2]: parameter["Value"]
        for page in pages
        for parameter in page["Parameters"]
    }
