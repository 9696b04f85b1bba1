"""A stage's stack: made of a template, asked for what the rest of a deployment needs of it, and taken away."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError, WaiterError  # noqa: TID251 - CloudFormation's
from botocore.session import get_session  # noqa: TID251 - CloudFormation and S3, on the way there

WAITING = {"Delay": 5, "MaxAttempts": 720}
"""An hour at most: a distribution takes some minutes, and so does Aurora DSQL."""

UNFINISHED = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"}
"""What is left of a stack that could not be made: CloudFormation takes no update of it."""

EMPTIED = ("StaticBucketName", "UploadsBucketName")
"""Buckets that go with their stack, as its outputs name them."""


class Stack:
    """The stack of this name; `exists` whether or not there is one yet."""

    def __init__(self, name: str, region: str) -> None:
        self.name = name
        self._region = region
        self._client = get_session().create_client("cloudformation", region_name=region)

    @property
    def exists(self) -> bool:
        return self._found() is not None

    @property
    def outputs(self) -> dict[str, str]:
        found = self._found() or {}
        return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}

    def make(self, template: str, parameters: Mapping[str, str]) -> None:
        """Make it of a template, or bring it to what that says; exit with CloudFormation's reasons.

        Parameters that are not named keep their values.
        """
        found = self._found()
        if found and found["StackStatus"] in UNFINISHED:
            sys.exit(
                f"{self.name} is what is left of a stack that could not be made. Delete it (aws cloudformation "
                f"delete-stack --stack-name {self.name}; tables that it has made stay), then begin again."
            )
        given: list[dict[str, Any]] = [
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ]
        act = "update" if found else "create"
        if found:
            given += [
                {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
                for each in found.get("Parameters", ())
                if each["ParameterKey"] not in parameters
            ]
        try:
            getattr(self._client, f"{act}_stack")(
                StackName=self.name, TemplateBody=template, Parameters=given
            )
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return
            sys.exit(f"CloudFormation refuses {self.name}: {error}")
        self._wait(act)

    def delete(self) -> None:
        """Take it away; its tables, media and accounts stay, for the template says so."""
        if self.exists:
            for output in EMPTIED:
                if bucket := self.outputs.get(output):
                    _empty(bucket, self._region)
            self._client.delete_stack(StackName=self.name)
            self._wait("delete")

    def _wait(self, act: str) -> None:
        try:
            waiter = self._client.get_waiter(f"stack_{act}_complete")
            waiter.wait(StackName=self.name, WaiterConfig=WAITING)
        except WaiterError as error:
            reasons = "\n".join(self._reasons()) or str(error)
            sys.exit(f"CloudFormation could not {act} {self.name}:\n{reasons}")

    def _reasons(self) -> Iterator[str]:
        """Yield what failed of the last change, the first thing first."""
        events = self._client.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = []
        for event in events:  # the newest first
            began = event.get("ResourceStatusReason") == "User Initiated"
            if event["ResourceStatus"].endswith("FAILED"):
                failed.append(
                    f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
                )
            if began:
                break
        yield from reversed(failed)

    def _found(self) -> dict[str, Any] | None:
        try:
            found: list[dict[str, Any]] = self._client.describe_stacks(StackName=self.name)[
                "Stacks"
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return None
        return found[0] if found else None


def _empty(bucket: str, region: str) -> None:
    """Delete everything in a bucket, earlier versions as well: CloudFormation deletes none that holds something."""
    client = get_session().create_client("s3", region_name=region)
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        objects = [
            {"Key": each["Key"], "VersionId": each["VersionId"]}
            for each in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        ]
        if objects:
            client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
