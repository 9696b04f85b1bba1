"""One page of graphs: what people get, what the tables do, what the collector brings, what it costs."""

import json
from collections.abc import Iterable
from typing import Any

from dctech.dynamodb import Table
from dctech.infrastructure import metrics
from dctech.infrastructure.metrics import Metric
from dctech.infrastructure.stage import Resources, Stage

WIDTH, HEIGHT = 12, 6
SIX_HOURS = 21_600


def dashboard(stage: Stage) -> Resources:
    """Return the dashboard; the graphs of the API and of the distribution are there once these are."""
    graphs = _graphs(stage)
    return {
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": stage.function,
                "DashboardBody": {
                    "Fn::If": ["HasApi", _body([*_edge_graphs(), *graphs]), _body(graphs)]
                },
            },
        }
    }


def _edge_graphs() -> list[dict[str, Any]]:
    of_distribution = {"DistributionId": "${Distribution}", "Region": "Global"}
    return [
        _graph(
            "Requests that the CDN answers itself, %",
            [Metric("AWS/CloudFront", "CacheHitRate", of_distribution)],
            "Average",
            region="us-east-1",  # where CloudFront keeps its metrics, whatever the site's region
        ),
        _graph("Requests to the API", map(metrics.api, ("Count", "4xx", "5xx"))),
        _graph("The API's latency, ms", [metrics.api("Latency")], "p95"),
    ]


def _graphs(stage: Stage) -> list[dict[str, Any]]:
    models = Table.models()
    return [
        _graph(
            "Invocations",
            [metrics.function(stage, name) for name in ("Invocations", "Errors", "Throttles")],
        ),
        _graph("Duration, ms", [metrics.function(stage, "Duration")], "p95"),
        _graph("Pages", [metrics.site(stage, "PageServed")]),
        _graph(
            "Feeds",
            [metrics.site(stage, "FeedsRead"), metrics.site(stage, "FeedsFailed")],
            seconds=SIX_HOURS,
        ),
        _graph("Collections", [metrics.site(stage, "RunFinished")], seconds=SIX_HOURS),
        _graph("Oldest submission, seconds", [metrics.site(stage, "QueueAgeSeconds")], "Maximum"),
        _graph(
            "Units that the site notes",
            [metrics.site(stage, "ConsumedReadUnits"), metrics.site(stage, "ConsumedWriteUnits")],
        ),
        _graph(
            "Units of the tables",
            [metric for model in models for metric in metrics.consumed(model, stage)],
        ),
        _graph(
            "Refused reads and writes",
            [metric for model in models for metric in metrics.throttles(model, stage)],
        ),
    ]


def _graph(
    title: str,
    shown: Iterable[Metric],
    statistic: str = "Sum",
    *,
    seconds: int = 300,
    region: str = "${AWS::Region}",
) -> dict[str, Any]:
    return {
        "type": "metric",
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": title,
            "view": "timeSeries",
            "region": region,
            "stat": statistic,
            "period": seconds,
            "metrics": [metric.line() for metric in shown],
        },
    }


def _body(graphs: list[dict[str, Any]]) -> dict[str, str]:
    placed = [
        graph | {"x": number % 2 * WIDTH, "y": number // 2 * HEIGHT}
        for number, graph in enumerate(graphs)
    ]
    return {"Fn::Sub": json.dumps({"widgets": placed})}
