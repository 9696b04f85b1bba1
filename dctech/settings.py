"""Every environment variable the product knows is read here; the README lists them all (a test holds it to that)."""

from contextlib import suppress
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from dctech import environment as env
from dctech.observability.logs import as_json

BASE_DIR = Path(__file__).resolve().parent.parent
LAMBDA_FUNCTION = env.text("AWS_LAMBDA_FUNCTION_NAME")
ON_LAMBDA = bool(LAMBDA_FUNCTION)
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".localdata")))

# Secrets of a deployment: parameters below this path of SSM's store, named as the variables that they stand for.
AWS_REGION = env.text("AWS_REGION", "us-east-1")
if PARAMETERS_PATH := env.text("PARAMETERS_PATH"):
    from dctech.aws import parameters

    env.adopt(parameters.read(PARAMETERS_PATH, AWS_REGION))

# The site: everything that is particular to one city.
SITE_NAME = env.text("SITE_NAME", "DC Tech Events")
SITE_TAGLINE = env.text("SITE_TAGLINE", "Technology events in and around Washington, DC")
SITE_URL = env.origin("SITE_URL", "http://127.0.0.1:8000")
FORCE_SCRIPT_NAME = ""  # the path that API Gateway puts before all others is none of the visitor's
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
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.mfa",
    "dctech.admin.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "dctech.observability.requests.observed",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "dctech.policies.permissions_policy",
    "dctech.policies.no_cookies_for_everybody",
    "dctech.api.prefix.api_by_prefix",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.private_with_a_session",
    "dctech.languages.language_from_path",
    "dctech.faults.Faults",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
# One policy without nonces, so that pages can be kept; no script and no style may stand within the HTML. What a page
# needs beyond it is said at its address or view.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
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
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = SITE_LANGUAGE
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "dctech/locale"]
TIME_ZONE = SITE_TIMEZONE
USE_TZ = True
LOGGING = as_json(LAMBDA_FUNCTION) if ON_LAMBDA else {}
# A package for Lambda has its static files collected, under names made of their content; the CDN has them as well.
CLOUDFRONT_DOMAIN = env.matching(
    "CLOUDFRONT_DOMAIN", r"[a-z0-9.-]+", "d111111abcdef8.cloudfront.net"
)
STATIC_URL = f"https://{CLOUDFRONT_DOMAIN}/static/" if CLOUDFRONT_DOMAIN else "static/"
if CLOUDFRONT_DOMAIN:
    for kind in ("script-src", "style-src", "img-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][kind].append(f"https://{CLOUDFRONT_DOMAIN}")
STATIC_ROOT = BASE_DIR / "staticfiles"
PACKAGED = STATIC_ROOT.is_dir()
if PACKAGED:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }

# Accounts. Their database holds users, sessions and the admin's log; the cache counts tries, and nothing else.
DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR)}
if DATABASES["default"]["ENGINE"] == env.DSQL:
    MIGRATION_MODULES = {
        app: f"accounts.dsql.{app}"
        for app in ("account", "admin", "auth", "contenttypes", "mfa", "sessions", "socialaccount")
    }
CACHES = {"default": {"BACKEND": "dctech.cache.DynamoDBCache"}}
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
ORIGIN_SECRET = env.matching(
    "ORIGIN_SECRET",
    r"[A-Za-z0-9_-]{32,}(,[A-Za-z0-9_-]{32,})*",
    "32 letters and digits or more; two of these with a comma between them while it changes",
)
GITHUB_CLIENT_ID = env.text("GITHUB_CLIENT_ID")
GITHUB_CLIENT_SECRET = env.text("GITHUB_CLIENT_SECRET")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account-profile"
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# What else is below the domain is not this site's to decide about.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# The site's own address, whatever Host a CDN asks an API Gateway by.
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []
if TRUSTED_PROXY_COUNT or ON_LAMBDA:  # anybody else could say that a request was encrypted
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "accounts.forms.AddPasskeyForm"}
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# E-mail. On a machine of one's own it is files in DATA_DIR/mail.
MAIL = env.mail("EMAIL_URL", DATA_DIR / "mail")
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = MAIL["EMAIL_HOST"], MAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_USER"], MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL["EMAIL_USE_TLS"], MAIL["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = MAIL["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", "events@localhost")

# Who hears of submissions. A webhook's address is a secret: it travels encrypted, or stays on this machine.
MODERATORS_EMAIL = env.words(
    "MODERATORS_EMAIL", pattern=r"[^@\s]+@[^@\s]+", example="ada@example.org"
)
MODERATORS_WEBHOOK_URL = env.matching(
    "MODERATORS_WEBHOOK_URL",
    r"(https://[^\s/@]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?)(/\S*)?",
    "https://hooks.example.org/..., or http:// to this machine itself",
)
MODERATORS_SNS_TOPIC_ARN = env.matching(
    "MODERATORS_SNS_TOPIC_ARN",
    r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+",
    "arn:aws:sns:us-east-1:123456789012:moderators",
)
REPLY_TO_EMAIL = env.words(
    "REPLY_TO_EMAIL", pattern=r"[^@\s]+@[^@\s]+", example="hello@example.org"
)

# DynamoDB. Without an endpoint, and outside Lambda, the embedded engine is started.
DYNAMODB_ENDPOINT_URL = env.address("DYNAMODB_ENDPOINT_URL")
# How long a page waits for the tables in vain: people are answered within two seconds. The embedded engine is on a
# machine that does everything else as well.
DYNAMODB_PATIENCE = env.seconds(
    "DYNAMODB_PATIENCE", 1.2 if DYNAMODB_ENDPOINT_URL or ON_LAMBDA else 12
)
LOCALDB_PORT = env.number("LOCALDB_PORT", 8799, minimum=1, maximum=65_535)
EVENTS_TABLE_NAME = env.text("EVENTS_TABLE_NAME", "DCTechEvents")
GROUPS_TABLE_NAME = env.text("GROUPS_TABLE_NAME", "DCTechGroups")
CATEGORIES_TABLE_NAME = env.text("CATEGORIES_TABLE_NAME", "DCTechCategories")
OPERATIONS_TABLE_NAME = env.text("OPERATIONS_TABLE_NAME", "DCTechOperations")
HISTORY_TABLE_NAME = env.text("HISTORY_TABLE_NAME", "DCTechHistory")
EVENT_RETENTION_DAYS = env.number("EVENT_RETENTION_DAYS", 7)

# Submissions: how many a client (by address), or an e-mail address, may make.
SUBMISSIONS_PER_HOUR = env.number("SUBMISSIONS_PER_HOUR", 20, minimum=1)
SUBMISSIONS_PER_EMAIL_AND_DAY = env.number("SUBMISSIONS_PER_EMAIL_AND_DAY", 20, minimum=1)
FEED_PREVIEWS_PER_HOUR = env.number("FEED_PREVIEWS_PER_HOUR", 30, minimum=1)

# The API: requests with one key. Anonymous ones are limited by the CDN.
API_REQUESTS_PER_KEY_AND_HOUR = env.number("API_REQUESTS_PER_KEY_AND_HOUR", 5_000, minimum=1)

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
