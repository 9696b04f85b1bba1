"""What a deployed site has used, as CloudWatch has counted it. Asked with the operator's own credentials."""

import datetime as dt
from dataclasses import dataclass

from botocore.exceptions import (  # noqa: TID251 - as below
    BotoCoreError,
    ClientError,
)
from botocore.session import get_session  # noqa: TID251 - CloudWatch, which no page asks

from dctech.infrastructure.stage import Stage
from dctech.observability.logs import DIMENSION, NAMESPACE

DISTRIBUTIONS = "us-east-1"
"""Where CloudFront keeps its metrics."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """A day, on average. `made`: pages that the function answered; `asked`: those and the CDN's, None without one."""

    made: float
    asked: float | None
    read_units: float
    written_units: float


class Uncounted(Exception):  # noqa: N818 - what it says is what it is
    """AWS does not say what a stage has used."""


def traffic(stage: Stage, region: str, days: int, now: dt.datetime) -> Traffic:
    """Return the traffic of a stage in the days before `now`; raise Uncounted."""
    try:
        distribution = _distribution(stage, region)
        here, edge = _Counted(region, days, now), _Counted(DISTRIBUTIONS, days, now)
        site = {DIMENSION: stage.function}
        return Traffic(
            here.a_day(NAMESPACE, "PageServed", site),
            edge.a_day(
                "AWS/CloudFront", "Requests", {"DistributionId": distribution, "Region": "Global"}
            )
            if distribution
            else None,
            here.a_day(NAMESPACE, "ConsumedReadUnits", site),
            here.a_day(NAMESPACE, "ConsumedWriteUnits", site),
        )
    except (BotoCoreError, ClientError) as error:
        raise Uncounted(str(error)) from error


class _Counted:
    """CloudWatch's sums of some days in one region."""

    def __init__(self, region: str, days: int, now: dt.datetime) -> None:
        self._client = get_session().create_client("cloudwatch", region_name=region)
        self._days, self._now = days, now

    def a_day(self, namespace: str, name: str, about: dict[str, str]) -> float:
        answer = self._client.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in about.items()],
            StartTime=self._now - dt.timedelta(days=self._days),
            EndTime=self._now,
            Period=3_600,
            Statistics=["Sum"],
        )
        return float(sum(point["Sum"] for point in answer["Datapoints"])) / self._days


def _distribution(stage: Stage, region: str) -> str | None:
    """Return the id of a stage's distribution, as its stack says it; None where it has none yet."""
    client = get_session().create_client("cloudformation", region_name=region)
    [stack] = client.describe_stacks(StackName=stage.stack)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}
    return outputs.get("DistributionId")
