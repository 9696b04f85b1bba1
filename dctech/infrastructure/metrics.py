"""The metrics that alarms and dashboard look at: AWS's own, and those that the site writes into its logs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dctech import tables
from dctech.dynamodb import Table
from dctech.infrastructure.stage import Stage
from dctech.observability.logs import DIMENSION, NAMESPACE


@dataclass(frozen=True, slots=True)
class Metric:
    namespace: str
    name: str
    dimensions: dict[str, str] = field(default_factory=dict)
    """A value may name a parameter or a resource, as ${ApiId}."""

    def asked(self, statistic: str, seconds: int) -> dict[str, Any]:
        """Return what an alarm says of this metric alone."""
        return {**self._named(), "Statistic": statistic, "Period": seconds}

    def query(self, name: str, statistic: str, seconds: int) -> dict[str, Any]:
        """Return what an alarm says of this metric in a formula, which calls it by name."""
        measured = {"Metric": self._named(), "Stat": statistic, "Period": seconds}
        return {"Id": name, "ReturnData": False, "MetricStat": measured}

    def line(self) -> list[str]:
        """Return a line of a dashboard's graph."""
        pairs = [text for pair in self.dimensions.items() for text in pair]
        return [self.namespace, self.name, *pairs]

    def _named(self) -> dict[str, Any]:
        return {
            "Namespace": self.namespace,
            "MetricName": self.name,
            "Dimensions": [
                {"Name": key, "Value": {"Fn::Sub": value} if "${" in value else value}
                for key, value in self.dimensions.items()
            ],
        }


@dataclass(frozen=True, slots=True)
class Formula:
    """What an alarm makes of several metrics: m0, m1 and so on, in their order."""

    expression: str
    over: Sequence[Metric]

    def asked(self, statistic: str, seconds: int) -> dict[str, Any]:
        queries = [each.query(f"m{n}", statistic, seconds) for n, each in enumerate(self.over)]
        formula = {"Id": "formula", "Expression": self.expression, "ReturnData": True}
        return {"Metrics": [*queries, formula]}


def site(stage: Stage, name: str) -> Metric:
    """Return one of the site's own metrics, which it writes into its log."""
    return Metric(NAMESPACE, name, {DIMENSION: stage.function})


def function(stage: Stage, name: str) -> Metric:
    return Metric("AWS/Lambda", name, {"FunctionName": stage.function})


def api(name: str) -> Metric:
    return Metric("AWS/ApiGateway", name, {"ApiId": "${ApiId}"})


def throttles(model: type[Table], stage: Stage) -> Iterator[Metric]:
    """Yield what counts refused reads and writes, of the table and of each index, which count apart."""
    name = stage.table_name(model)
    indexes = tables.definition(model, protected=True).get("GlobalSecondaryIndexes", [])
    places: list[dict[str, str]] = [
        {},
        *({"GlobalSecondaryIndexName": index["IndexName"]} for index in indexes),
    ]
    for place in places:
        for kind in ("ReadThrottleEvents", "WriteThrottleEvents"):
            yield Metric("AWS/DynamoDB", kind, {"TableName": name} | place)


def consumed(model: type[Table], stage: Stage) -> Iterator[Metric]:
    for kind in ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"):
        yield Metric("AWS/DynamoDB", kind, {"TableName": stage.table_name(model)})
