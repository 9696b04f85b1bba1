"""Whatever is sent to the forms is answered, and nothing typed comes back as markup."""

import os
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests import make
from tests.test_fuzz import MARK, ODD, RAW
from tests.test_pages import now
from tests.test_submit_event import EMAIL, filled
from tests.test_submit_link import address

__all__ = ["now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

TIMES = ("0001-01-01", "9999-12-31", "2027-03-14", "2027-11-07", "02:30", "01:30", "23:59", "24:00")
ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Monrovia", "UTC", "localtime", "/etc")
VALUES = st.one_of(
    st.sampled_from(
        (*ODD, *TIMES, *ZONES, "on", "1", "[x](javascript:a)", "> " * 500, "*a" * 2_000)
    ),
    st.text(max_size=20),
    st.text(max_size=8).map(MARK.__add__),
)
NAMES = (
    *("title", "date", "time", "end_time", "end_date", "all_day", "timezone", "date_2", "time_2"),
    *("end_time_2", "date_7", "location_type", "location", "city", "region", "url", "cost"),
    *("categories", "description", "submitter_email", "begun", "subject", "confirmed", "version"),
    *("name", "website", "act", "answer", "seen"),
)


@hypothesis(
    max_examples=150,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    where=st.sampled_from(["/submit/event/", "/submit/group/", "own", "edit"]),
    odd=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5),
)
def test_the_forms_answer_whatever_is_sent(settings, now, where, odd):
    settings.SUBMISSIONS_PER_HOUR = settings.SUBMISSIONS_PER_EMAIL_AND_DAY = 10_000
    settings.FEED_PREVIEWS_PER_HOUR = 10_000
    event = make.event("Mine", status="pending", submitted_by=EMAIL, source_type="submission")
    event.save()
    own = {"own": address(event), "edit": f"{address(event)}edit/"}
    feed = {"name": "Knitters", "website": "https://k.example.org/", "ical": "http://127.0.0.1:9/"}
    sent = {**filled(now), **feed, "version": "1", **odd}
    body = urlencode(sent, errors="surrogatepass")
    kind = "application/x-www-form-urlencoded"
    response = Client().post(own.get(where, where), body, content_type=kind)
    assert response.status_code in {200, 302, 409}
    text = response.content.decode()
    assert [raw for raw in RAW if raw in text] == []
