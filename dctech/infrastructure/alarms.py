"""When somebody is told: each alarm says in its description what to do."""

from typing import Any

from dctech.dynamodb import Table
from dctech.infrastructure import metrics
from dctech.infrastructure.data import logical_id
from dctech.infrastructure.metrics import Formula, Metric
from dctech.infrastructure.stage import Resources, Stage
from dctech.observability.runs import MISSED_HOURS, QUEUE_SECONDS

MINUTES, HOUR = 300, 3_600
ERROR_PERCENT, API_ERROR_PERCENT = 5, 1

UNTIL_THE_NEXT = "ignore"
"""An hour in which nothing is counted says nothing: what was true stays so until the next count."""


def alarms(stage: Stage) -> Resources:
    return {
        "FunctionErrors": _alarm(
            stage,
            "function-errors",
            f"More than {ERROR_PERCENT} % of the function's invocations fail: see its log.",
            _percent(metrics.function(stage, "Errors"), metrics.function(stage, "Invocations")),
            above=ERROR_PERCENT,
        ),
        "ApiErrors": _alarm(
            stage,
            "api-5xx",
            f"More than {API_ERROR_PERCENT} % of requests are answered 5xx: see the access log.",
            _percent(metrics.api("5xx"), metrics.api("Count")),
            above=API_ERROR_PERCENT,
        )
        | {"Condition": "HasApi"},
        **{f"{logical_id(model)}Throttles": _throttles(model, stage) for model in Table.models()},
        "RunMissed": _alarm(
            stage,
            "run-missed",
            f"No collection has ended in {MISSED_HOURS} hours: see the schedule, then the function's log.",
            # Filled: of missing points CloudWatch prefers older ones that it has, and would tell hours late.
            Formula("FILL(m0, 0)", [metrics.site(stage, "RunFinished")]),
            below=1,
            periods=MISSED_HOURS,
            seconds=HOUR,
            missing="breaching",
        ),
        "RunFailed": _alarm(
            stage,
            "run-failed",
            "A collection could read no feed at all: the network, or what all feeds share.",
            Formula(
                "IF(m1 > 0 AND m0 < 1, 1, 0)",
                [metrics.site(stage, "FeedsRead"), metrics.site(stage, "FeedsFailed")],
            ),
            above=0,
            seconds=HOUR,
            missing=UNTIL_THE_NEXT,
        ),
        "QueueOld": _alarm(
            stage,
            "queue-old",
            "A submission has waited for more than two days: somebody should decide.",
            metrics.site(stage, "QueueAgeSeconds"),
            above=QUEUE_SECONDS,
            seconds=HOUR,
            statistic="Maximum",
            missing=UNTIL_THE_NEXT,
        ),
        "LettersWaiting": _alarm(
            stage,
            "dead-letters",
            "An asynchronous invocation was given up: its event is in the queue.",
            Metric(
                "AWS/SQS",
                "ApproximateNumberOfMessagesVisible",
                {"QueueName": f"{stage.function}-dead-letters"},
            ),
            above=0,
            statistic="Maximum",
        ),
    }


def _percent(part: Metric, whole: Metric) -> Formula:
    return Formula("IF(m1 > 0, 100 * m0 / m1, 0)", [part, whole])


def _throttles(model: type[Table], stage: Stage) -> dict[str, Any]:
    found = list(metrics.throttles(model, stage))
    name = stage.table_name(model)
    return _alarm(
        stage,
        f"throttled-{name}",
        f"DynamoDB refused requests to {name} for their number: see the dashboard for which.",
        Formula(" + ".join(f"FILL(m{number}, 0)" for number in range(len(found))), found),
        above=0,
    )


def _alarm(
    stage: Stage,
    name: str,
    what: str,
    watched: Metric | Formula,
    *,
    above: int | None = None,
    below: int | None = None,
    periods: int = 1,
    seconds: int = MINUTES,
    statistic: str = "Sum",
    missing: str = "notBreaching",
) -> dict[str, Any]:
    low = above is None
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": f"{stage.function}-{name}",
            "AlarmDescription": what,
            "AlarmActions": [{"Ref": "AlarmsTopic"}],
            "OKActions": [{"Ref": "AlarmsTopic"}],
            "ComparisonOperator": "LessThanThreshold" if low else "GreaterThanThreshold",
            "Threshold": below if low else above,
            "EvaluationPeriods": periods,
            "TreatMissingData": missing,
            **watched.asked(statistic, seconds),
            "Tags": stage.tags,
        },
    }
