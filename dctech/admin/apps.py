from importlib import import_module

from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    """Django's admin with a site of our own."""

    default_site = "dctech.admin.site.AdminSite"

    def ready(self) -> None:
        """Register what no app's own `admin` module does."""
        super().ready()
        import_module("dctech.admin.api_keys")
        import_module("dctech.admin.reasons")
        import_module("dctech.admin.trusted")
