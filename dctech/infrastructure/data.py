"""What holds data: the tables as the models define them, buckets for files, the accounts' database."""

from typing import Any

from dctech import tables
from dctech.dynamodb import Table
from dctech.infrastructure.stage import Resources, Stage

KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
"""Data outlives its stack: who wants it gone deletes it by hand."""

UPLOAD_DAYS = 7
"""A package is taken away by who has uploaded it; one of an update that failed goes by itself."""

INCOMPLETE = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UPLOAD_DAYS}}


def logical_id(model: type[Table]) -> str:
    return f"{model.__name__}Table"


def data(stage: Stage) -> Resources:
    return {
        **{logical_id(model): _table(model, stage) for model in Table.models()},
        "StaticBucket": _bucket("static", stage),
        "MediaBucket": _bucket("media", stage) | KEPT,
        "UploadsBucket": _bucket("uploads", stage, days=UPLOAD_DAYS),
        "AccountsDatabase": {
            "Type": "AWS::DSQL::Cluster",
            "Condition": "HasAccountsDatabase",
            "Properties": {"DeletionProtectionEnabled": True, "Tags": stage.tags},
            **KEPT,
        },
    }


def _table(model: type[Table], stage: Stage) -> dict[str, Any]:
    properties = tables.definition(model, protected=True) | {
        "TableName": stage.table_name(model),
        "SSESpecification": {"SSEEnabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "Tags": stage.tags,
    }
    if attribute := tables.ttl_attribute(model):
        properties["TimeToLiveSpecification"] = {"AttributeName": attribute, "Enabled": True}
    return {"Type": "AWS::DynamoDB::Table", "Properties": properties, **KEPT}


def _bucket(kind: str, stage: Stage, *, days: int | None = None) -> dict[str, Any]:
    """Return a private bucket, which keeps earlier versions for a while, or everything for so many days.

    Its name has the account's number, since all of AWS shares names.
    """
    old = {"Id": "old-versions", "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
    rule = {"Id": "old", "ExpirationInDays": days} if days else old
    return {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": {"Fn::Sub": f"{stage.function}-{kind}-${{AWS::AccountId}}"},
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
                ]
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            **({} if days else {"VersioningConfiguration": {"Status": "Enabled"}}),
            "LifecycleConfiguration": {"Rules": [rule | INCOMPLETE | {"Status": "Enabled"}]},
            "Tags": stage.tags,
        },
    }
