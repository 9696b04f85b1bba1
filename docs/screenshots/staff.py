"""What the screenshots of the admin need, run in the site's shell: submissions that wait, and a session that sees them.

The last line that it prints is the key of the session.
"""

import datetime as dt

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from dctech.moderation import Act
from dctech.submissions.markdown import described
from events.models import Event

WAITING = (
    ("Rust for Gardeners", "Town Hall, 1 Main Street, Arlington, VA", "VA", "Arlington", "Free"),
    ("Community Mesh Network Walk", "Union Market, Washington, DC", "DC", "Washington", "Free"),
    ("Repair Café: Old Radios", "Maker House, Silver Spring, MD", "MD", "Silver Spring", "$5"),
    ("Type Theory Reading Circle", "Library, 2 Elm Street, Bethesda, MD", "MD", "Bethesda", None),
    (
        "First Steps in Machine Knitting",
        "Fiber Arts Lab, Washington, DC",
        "DC",
        "Washington",
        "$12",
    ),
)
DESCRIPTION = """An evening for people who **write software** and grow things.

- Bring a laptop and *two* seedlings.
- No experience with either is needed.

Doors open at six; [directions](https://example.org/way) are on our page."""


def submit(number: int, said: tuple[str | None, ...]) -> None:
    title, place, region, city, cost = said
    now = timezone.now() - dt.timedelta(hours=30 - 5 * number)
    day = (now + dt.timedelta(days=5 + number)).replace(tzinfo=None)
    start = day.replace(hour=18, minute=30, second=0, microsecond=0)
    url = f"https://example.org/{number}"
    Event(
        Event.identify(url, title, start, all_day=False),
        start,
        end_datetime=start + dt.timedelta(hours=2),
        title=title,
        url=url,
        location=place,
        region=region,
        city=city,
        cost=cost,
        **described(DESCRIPTION),
        source_type="submission",
        submitted_by=f"person{number}@example.org",
        submitted_at=now,
        created_at=now,
        updated_at=now,
        changed_at=now,
    ).submit(Act("submitter", now))


for number, each in enumerate(WAITING):
    submit(number, each)
user = User.objects.create_superuser("ada", "ada@example.org")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
