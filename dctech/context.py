from django.conf import settings


def site(_request):
    """Give every template the city's own names."""
    return {
        "site_name": settings.SITE_NAME,
        "site_tagline": settings.SITE_TAGLINE,
        "site_timezone": settings.SITE_TIMEZONE,
    }
