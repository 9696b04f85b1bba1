"""What a running function needs beside its role: where its logs go, and where a lost invocation is kept."""

from typing import Any

from dctech.infrastructure.stage import Resources, Stage

LOG_DAYS = 30
LETTER_SECONDS = 14 * 86_400


def running(stage: Stage) -> Resources:
    return {
        "FunctionLogs": _logs(f"/aws/lambda/{stage.function}", stage),
        "AccessLogs": _logs(f"/aws/apigateway/{stage.function}", stage),
        "DeadLetters": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": f"{stage.function}-dead-letters",
                "MessageRetentionPeriod": LETTER_SECONDS,
                "SqsManagedSseEnabled": True,
                "Tags": stage.tags,
            },
        },
        "ModeratorsTopic": topic("moderators", stage),
        "AlarmsTopic": topic("alarms", stage),
        "AlarmsByMail": {
            "Type": "AWS::SNS::Subscription",
            "Condition": "HasAlarmEmail",
            "Properties": {
                "TopicArn": {"Ref": "AlarmsTopic"},
                "Protocol": "email",
                "Endpoint": {"Ref": "AlarmEmail"},
            },
        },
    }


def topic(kind: str, stage: Stage) -> dict[str, Any]:
    """Return a topic. Unencrypted: CloudWatch may not use AWS's own key, and a notice holds numbers and a link."""
    return {
        "Type": "AWS::SNS::Topic",
        "Properties": {"TopicName": f"{stage.function}-{kind}", "Tags": stage.tags},
    }


def _logs(name: str, stage: Stage) -> dict[str, Any]:
    return {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": name, "RetentionInDays": LOG_DAYS, "Tags": stage.tags},
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
    }
