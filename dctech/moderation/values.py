"""Values of attributes as History keeps them: what JSON can say, and back."""

import datetime as dt
from typing import Any

from pynamodb.attributes import Attribute, MapAttribute

from dctech.dynamodb import DateAttribute, ExpiryAttribute, TimestampAttribute, WallTimeAttribute

MOMENTS = (WallTimeAttribute, TimestampAttribute, ExpiryAttribute)


def plain(value: Any) -> Any:
    """Return a value as JSON can say it: moments and dates in ISO 8601, a map as an object.

    Moments are as exact as the table keeps them, so that what was just set equals what is read later.
    """
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            return value.replace(microsecond=0).isoformat()
        exact = value.astimezone(dt.UTC)
        return exact.replace(microsecond=exact.microsecond // 1_000 * 1_000).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, MapAttribute):
        parts = value.attribute_values.items()
        return {name: plain(part) for name, part in parts if part is not None}
    return value


def real(attribute: Attribute[Any], value: Any) -> Any:
    """Return what `plain` was given, for an attribute of this kind."""
    if value is None:
        return None
    if isinstance(attribute, MOMENTS):
        return dt.datetime.fromisoformat(value)
    if isinstance(attribute, DateAttribute):
        return dt.date.fromisoformat(value)
    if isinstance(attribute, MapAttribute):
        parts = attribute.get_attributes()
        return type(attribute)(**{name: real(parts[name], part) for name, part in value.items()})
    return value
