"""Log records as lines of JSON, with nothing that names a person or opens a door.

A record's `extra` becomes fields of its line. `metrics` among them (name -> (number, unit)) makes CloudWatch count
these, by its embedded metric format.
"""

import json
import logging
import re
import time
from contextvars import ContextVar
from typing import Any

NAMESPACE = "DCTechEvents"
DIMENSION = "FunctionName"
"""Each stage has a function of its own, so that their metrics do not mix."""

EMAIL = re.compile(r"[^\s@\"'<>()\[\]{},;:=]+@[\w-]+(?:\.[\w-]+)+")
"""A last look: what nobody meant to log, such as an item in a traceback, may still hold an address."""

URL = re.compile(r"https?://\S+")

request_id: ContextVar[str] = ContextVar("request_id", default="")

OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "metrics", "request"}


class JSONFormatter(logging.Formatter):
    converter = staticmethod(time.gmtime)

    def __init__(self, function: str) -> None:
        super().__init__()
        self._function = function

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get() or None,
            **{name: value for name, value in vars(record).items() if name not in OWN},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if metrics := getattr(record, "metrics", {}):
            line |= embedded(metrics, int(record.created * 1000), self._function)
        said = {name: value for name, value in line.items() if value is not None}
        return EMAIL.sub("<e-mail>", json.dumps(said, ensure_ascii=False, default=str))


def embedded(
    metrics: dict[str, tuple[float, str]], milliseconds: int, function: str
) -> dict[str, Any]:
    """Return the members of a line that CloudWatch reads as metrics, one series of each for each function."""
    named = [{"Name": name, "Unit": unit} for name, (_, unit) in metrics.items()]
    directive = {"Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": named}
    about = {"Timestamp": milliseconds, "CloudWatchMetrics": [directive]}
    numbers = {name: number for name, (number, _) in metrics.items()}
    return {"_aws": about, DIMENSION: function, **numbers}


class RouteInsteadOfPath(logging.Filter):
    """Django logs the path of what failed; a submitter's private link is one, so its route stands for it.

    The check of where a form came from names that page as well, which may be anybody's.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            route = route_of(request)
            named = (route if value == path else value for value in record.args)
            record.args = tuple(
                URL.sub("<address>", value) if isinstance(value, str) else value for value in named
            )
        return True


def route_of(request: Any) -> str:
    """Return the pattern that answers an address, `?` where none does: nothing that somebody typed."""
    match = getattr(request, "resolver_match", None)
    return str(match.route) if match else "?"


def as_json(function: str) -> dict[str, Any]:
    """Return Django's LOGGING for a function of Lambda: CloudWatch keeps its standard error as it keeps its output.

    The output is a command's, which may be read by a program.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"route": {"()": RouteInsteadOfPath}},
        "formatters": {"json": {"()": JSONFormatter, "function": function}},
        "handlers": {
            "lines": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "json",
                "filters": ["route"],
            }
        },
        "root": {"handlers": ["lines"], "level": "INFO"},
        "loggers": {
            # Django's own handlers would say it again, in another form.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "botocore": {"level": "WARNING"},
            "pynamodb": {"level": "WARNING"},
            # It has a line of its own for each request, with the visitor's address, the path, query and referer.
            "zappa.wsgi": {"level": "WARNING"},
        },
    }
