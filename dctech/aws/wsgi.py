"""The site behind API Gateway, made ready before the first request comes."""

import gc
import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.core.wsgi import get_wsgi_application

from dctech.aws.origin import from_the_distribution

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dctech.settings")

Environ = dict[str, Any]
WSGI = Callable[[Environ, Any], Iterable[bytes]]

GATEWAY = ".amazonaws.com"
"""How the names end that API Gateway and function addresses have of their own."""


def at_the_sites_address(site: WSGI, address: str) -> WSGI:
    """Let requests through the CDN be ones to the site.

    API Gateway wants to be called by its own name, so that the CDN cannot pass on the visitor's. Links, redirects and
    the check of where a form came from need the site's.
    """
    host = urlsplit(address).netloc

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ.get("HTTP_HOST", "").endswith(GATEWAY):
            environ["HTTP_HOST"] = host
        return site(environ, start_response)

    return answer


def made_ready() -> WSGI:
    """Return the site, with its addresses and its one DynamoDB client made; what lives by now is never garbage."""
    site = get_wsgi_application()
    from django.conf import settings  # noqa: PLC0415 - set up by now

    from dctech.dynamodb import connection  # noqa: PLC0415 - as above

    connection()
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    secrets = [each for each in settings.ORIGIN_SECRET.split(",") if each]
    return from_the_distribution(at_the_sites_address(site, settings.SITE_URL), secrets)


application = made_ready()
