"""Every environment variable the product knows is read here; the README lists them all (a test holds it to that)."""

from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from dctech import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
ON_LAMBDA = bool(env.text("AWS_LAMBDA_FUNCTION_NAME"))
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".localdata")))

# The site: everything that is particular to one city.
SITE_NAME = env.text("SITE_NAME", "DC Tech Events")
SITE_TAGLINE = env.text("SITE_TAGLINE", "Technology events in and around Washington, DC")
SITE_URL = env.address("SITE_URL", "http://127.0.0.1:8000")
SITE_ZONE = env.zone("SITE_TIMEZONE", "America/New_York")
SITE_TIMEZONE = SITE_ZONE.key
SITE_LANGUAGE = env.choice("SITE_LANGUAGE", "en", ("en", "es"))
SITE_REGIONS = env.words("SITE_REGIONS", "DC,MD,VA", pattern="[A-Z]{2}", example="VA")


# Django. Without a SECRET_KEY a random one is made and kept beside the local data.
def secret_key() -> str:
    """Return SECRET_KEY; outside Lambda a random one is made once and kept beside the local data."""
    if key := env.text("SECRET_KEY"):
        return key
    if ON_LAMBDA:
        raise ImproperlyConfigured("SECRET_KEY is not set: on Lambda it must be.")
    kept = DATA_DIR / "secret_key"
    try:
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError), kept.open("x", encoding="ascii") as file:
            kept.chmod(0o600)
            file.write(get_random_secret_key())
        return kept.read_text(encoding="ascii")
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR={str(DATA_DIR)!r} cannot be used: {error}."
        ) from error


SECRET_KEY = secret_key()
DEBUG = env.switch("DEBUG", default=not ON_LAMBDA)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
ROOT_URLCONF = "dctech.urls"
WSGI_APPLICATION = "dctech.wsgi.application"
INSTALLED_APPS = [
    "dctech",
    "events",
    "groups",
    "collector",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dctech.languages.language_from_path",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dctech.context.site",
            ],
        },
    },
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "accounts.sqlite3",
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;", "transaction_mode": "IMMEDIATE"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = SITE_LANGUAGE
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "dctech/locale"]
TIME_ZONE = SITE_TIMEZONE
USE_TZ = True
STATIC_URL = "static/"

# DynamoDB. Without an endpoint, and outside Lambda, the embedded engine is started.
AWS_REGION = env.text("AWS_REGION", "us-east-1")
DYNAMODB_ENDPOINT_URL = env.address("DYNAMODB_ENDPOINT_URL")
LOCALDB_PORT = env.number("LOCALDB_PORT", 8799, minimum=1, maximum=65_535)
EVENTS_TABLE_NAME = env.text("EVENTS_TABLE_NAME", "DCTechEvents")
GROUPS_TABLE_NAME = env.text("GROUPS_TABLE_NAME", "DCTechGroups")
CATEGORIES_TABLE_NAME = env.text("CATEGORIES_TABLE_NAME", "DCTechCategories")
OPERATIONS_TABLE_NAME = env.text("OPERATIONS_TABLE_NAME", "DCTechOperations")
HISTORY_TABLE_NAME = env.text("HISTORY_TABLE_NAME", "DCTechHistory")
EVENT_RETENTION_DAYS = env.number("EVENT_RETENTION_DAYS", 7)

# The collector.
FEED_SOURCE = env.text("FEED_SOURCE", "dynamodb")
COLLECTOR_WORKERS = env.number("COLLECTOR_WORKERS", 16, minimum=1)
COLLECTOR_ALLOW_HOSTS = env.words(
    "COLLECTOR_ALLOW_HOSTS", pattern=r"\S+:\d{1,5}", example="localhost:8000"
)
COLLECTOR_MAX_EVENTS = env.number("COLLECTOR_MAX_EVENTS", 2_000, minimum=1)
COLLECTOR_CONNECT_TIMEOUT = env.seconds("COLLECTOR_CONNECT_TIMEOUT", 5)
COLLECTOR_READ_TIMEOUT = env.seconds("COLLECTOR_READ_TIMEOUT", 15)
COLLECTOR_DEADLINE = env.seconds("COLLECTOR_DEADLINE", 60)
COLLECTOR_MAX_BYTES = env.number("COLLECTOR_MAX_BYTES", 20_000_000, minimum=1)
COLLECTOR_HOST_CONCURRENCY = env.number("COLLECTOR_HOST_CONCURRENCY", 2, minimum=1)
COLLECTOR_LEASE_SECONDS = env.seconds("COLLECTOR_LEASE_SECONDS", 300)
COLLECTOR_HOST_PAUSE = env.seconds("COLLECTOR_HOST_PAUSE", 0.2)
