"""An AWS on this machine: ministack as a whole, of which the product embeds the DynamoDB."""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import boto3
import requests

from tests.conftest import ROOT, free_port

KEY = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""What DynamoDB's emulators take for an account's key."""

UNKNOWN = {"AWS::DSQL::Cluster", "AWS::CloudFront::MonitoringSubscription"}
"""Types that the emulator's CloudFormation does not know; nor does it know formulas in alarms."""


def known(made):
    """Return the template without what the emulator does not know."""
    kept = {
        name: resource
        for name, resource in made["Resources"].items()
        if resource["Type"] not in UNKNOWN and "Metrics" not in resource["Properties"]
    }
    outputs = {
        name: output
        for name, output in made["Outputs"].items()
        if output.get("Condition") != "HasAccountsDatabase"
    }
    return json.dumps(made | {"Resources": kept, "Outputs": outputs})


class Aws:
    """The emulator at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def client(self, service: str, region: str = "us-east-1"):
        key = {name.lower(): value for name, value in KEY.items()}
        return boto3.client(service, region, endpoint_url=self.url, **key)

    def environment(self, **more: str) -> dict[str, str]:
        """Return what makes every AWS client of a process speak to the emulator, this process's settings left out."""
        ours = ("_TABLE_NAME", "DYNAMODB_ENDPOINT_URL", "DATA_DIR", "DJANGO_SETTINGS_MODULE")
        kept = {name: value for name, value in os.environ.items() if not name.endswith(ours)}
        return {
            **kept,
            **KEY,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": "us-east-1",
            **more,
        }

    def manage(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run manage.py as an operator would, against this AWS: with production's settings, on no machine's data."""
        production = {
            "AWS_LAMBDA_FUNCTION_NAME": "dctech-events-prod",
            "SECRET_KEY": "a-key-of-the-tests-" * 4,
            "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:9/none",
            "EMAIL_URL": "smtp+tls://nobody:nothing@127.0.0.1:9",
        }
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(**production, **more),
            capture_output=True,
            text=True,
            check=False,
        )


@contextlib.contextmanager
def emulator(folder: Path):
    """Run an AWS with nothing in it, on loopback, until the block ends."""
    port = free_port()
    changes = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "HOME": str(folder)}
    with (folder / "aws.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            cwd=folder,
            env={**os.environ, **KEY, **changes},
            stdout=log,
            stderr=log,
        )
    try:
        aws = Aws(f"http://127.0.0.1:{port}")
        _wait_for(aws, process)
        yield aws
    finally:
        process.terminate()
        process.wait()


def _wait_for(aws: Aws, process: subprocess.Popen) -> None:
    while process.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{aws.url}/_ministack/health", timeout=5).ok:
                return
        time.sleep(0.1)
    raise AssertionError("the emulator ended before it had begun")
