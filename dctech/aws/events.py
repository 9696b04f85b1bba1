"""What other services start: an object in a bucket asks for a group to be collected now."""

import logging
from typing import Any
from urllib.parse import unquote_plus

from django.utils import timezone

from dctech.observability.invocations import invocation

FOLDER = "collect/"

logger = logging.getLogger(__name__)


def object_created(event: dict[str, Any], context: object) -> list[str]:
    """Collect the group that each new object `collect/<group_id>` names, and return how that went."""
    from collector import door  # noqa: PLC0415 - pages need none of its libraries
    from collector.sources import UnknownGroup  # noqa: PLC0415 - as above

    outcomes = []
    with invocation("object_created", context):
        for record in event["Records"]:
            folder, _, group_id = unquote_plus(record["s3"]["object"]["key"]).rpartition("/")
            if f"{folder}/" != FOLDER:
                continue
            try:
                outcomes.append(door.collect_now(group_id, timezone.now()).outcome)
            except UnknownGroup as error:
                logger.warning("An object asks for a group that is not collected: %s", error)
                outcomes.append("unknown")
    return outcomes
