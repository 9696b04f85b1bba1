from importlib import import_module

from django.apps import AppConfig


class DctechConfig(AppConfig):
    """What the apps share; in the admin's index it is what has to do with submitting."""

    name = "dctech"
    verbose_name = "Submissions"

    def ready(self) -> None:
        import_module("dctech.checks")
