"""The template as a whole: its parameters, what depends on them, and what a deployment needs to know of the result."""

from typing import Any

from dctech.dynamodb import Table
from dctech.infrastructure.alarms import alarms
from dctech.infrastructure.dashboard import dashboard
from dctech.infrastructure.data import data, logical_id
from dctech.infrastructure.edge import edge
from dctech.infrastructure.running import running
from dctech.infrastructure.stage import Stage

OPTIONAL = {"Type": "String", "Default": ""}


def template(stage: Stage) -> dict[str, Any]:
    """Return the CloudFormation template of a stage."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{stage.function}: what its function needs. Made by manage.py infrastructure.",
        "Parameters": {
            "ApiId": OPTIONAL
            | {
                "Description": "Id of the HTTP API that Zappa made; empty before the first deployment",
                "AllowedPattern": "[a-z0-9]*",
            },
            "DomainName": OPTIONAL
            | {"Description": "The site's own domain; empty: CloudFront's name for it"},
            "CertificateArn": OPTIONAL
            | {
                "Description": "A certificate of ACM for the domain, in us-east-1",
                "AllowedPattern": r"(arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/.+)?",
            },
            "AlarmEmail": OPTIONAL | {"Description": "Who is told of alarms"},
            "OriginSecret": OPTIONAL
            | {
                "Description": "What the distribution shows the function: one of its ORIGIN_SECRET",
                "AllowedPattern": "[A-Za-z0-9_-]*",
                "NoEcho": True,
            },
            "AccountsIn": {
                "Type": "String",
                "Default": "dsql",
                "AllowedValues": ["dsql", "other"],
                "Description": "dsql makes an Aurora DSQL; other: DATABASE_URL names a PostgreSQL",
            },
        },
        "Conditions": {
            "HasApi": _given("ApiId"),
            "HasDomain": _given("DomainName"),
            "HasAlarmEmail": _given("AlarmEmail"),
            "HasOriginSecret": _given("OriginSecret"),
            "HasAccountsDatabase": {"Fn::Equals": [{"Ref": "AccountsIn"}, "dsql"]},
        },
        "Rules": {
            "DomainNeedsCertificate": {
                "RuleCondition": _given("DomainName"),
                "Assertions": [
                    {
                        "Assert": _given("CertificateArn"),
                        "AssertDescription": "A domain of one's own needs a certificate for it.",
                    }
                ],
            }
        },
        "Resources": {
            **data(stage),
            **running(stage),
            **alarms(stage),
            **dashboard(stage),
            **edge(stage),
        },
        "Outputs": _outputs(),
    }


def _given(parameter: str) -> dict[str, Any]:
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}


def _outputs() -> dict[str, Any]:
    return {
        **{
            f"{logical_id(model)}Name": {"Value": {"Ref": logical_id(model)}}
            for model in Table.models()
        },
        "DeadLettersArn": {"Value": {"Fn::GetAtt": "DeadLetters.Arn"}},
        "ModeratorsTopicArn": {"Value": {"Ref": "ModeratorsTopic"}},
        "StaticBucketName": {"Value": {"Ref": "StaticBucket"}},
        "MediaBucketName": {"Value": {"Ref": "MediaBucket"}},
        "UploadsBucketName": {"Value": {"Ref": "UploadsBucket"}},
        "AccountsDatabaseUrl": {
            "Condition": "HasAccountsDatabase",
            "Value": {"Fn::Sub": "dsql://admin@${AccountsDatabase.Endpoint}/postgres"},
        },
        "DistributionId": {"Condition": "HasApi", "Value": {"Ref": "Distribution"}},
        "SiteUrl": {
            "Condition": "HasApi",
            "Value": {
                "Fn::If": [
                    "HasDomain",
                    {"Fn::Sub": "https://${DomainName}"},
                    {"Fn::Sub": "https://${Distribution.DomainName}"},
                ]
            },
        },
    }
