"""What machines may expect of the API: all of schemathesis's checks, and what no schema can say.

At length, against a running site whose limits are lifted, with a key:

    SCHEMATHESIS_HOOKS=tests.probing schemathesis run $SITE_URL/api/openapi.json -H "Authorization: Bearer $KEY" \
        --exclude-checks positive_data_acceptance --max-time 1200

Set phases.fuzzing.error-feedback.enabled = false: what it infers from our messages is not in the description.
"""

import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

CONDITIONS = {"If-Match", "If-None-Match"}
BEYOND_SCHEMA = {"cursor", "start_date", "end_date", "updated_since"} | CONDITIONS
"""What is signed, or in bounds of years, or before another, or an ETag: no schema says that."""

CONDITIONAL = {304, 412}
"""What these lead to, by what is there."""

DECIDING = {"act_on_events", "act_on_groups", "reject_event", "reject_group"}
"""They need a reason, to reject, that is not of blanks alone, and name versions of nothing but what they act on."""

BY_FORM = {"submit_event", "submit_group", "edit_event", "edit_group"}
"""What the site's own forms check: any field but these."""
NO_FIELDS = {"version", "Idempotency-Key"}


def refused_beyond_schema(response, case):
    """Tell whether a request was refused, or answered in short, for what its schema cannot say."""
    if response.status_code in CONDITIONAL:
        return True
    if response.status_code not in {400, 422}:
        return False
    fields = {error["field"].partition(".")[0] for error in response.json()["errors"]}
    operation = case.operation.definition.raw["operationId"]
    if operation in BY_FORM:
        return bool(fields) and not fields & NO_FIELDS
    return bool(fields & BEYOND_SCHEMA) or (
        operation in DECIDING and bool(fields) and fields <= {"reason", "versions"}
    )


@schemathesis.check
def valid_data_acceptance(ctx, response, case):
    """`positive_data_acceptance`, but for what is beyond schemas."""
    if refused_beyond_schema(response, case):
        return None
    return positive_data_acceptance(ctx, response, case)


def check(case, response, headers):
    """Check an answer to a case that was sent with these headers."""
    case.validate_response(
        response,
        excluded_checks=[positive_data_acceptance],
        headers=headers,
        transport_kwargs={"headers": headers},
    )
