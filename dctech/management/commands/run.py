import os
import socket

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.contrib.staticfiles.management.commands import runserver
from django.core.exceptions import SuspiciousFileOperation
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import WSGIServer
from django.http import Http404


class StaticFiles(StaticFilesHandler):
    """Django's, which fails at an address that leads out of the static files."""

    def serve(self, request):
        try:
            return super().serve(request)
        except SuspiciousFileOperation as error:
            raise Http404("There is no such file.") from error


class Undelayed(WSGIServer):
    """Django's, which sends headers and body apart: by Nagle's algorithm the body waits 40 ms on a kept connection."""

    def get_request(self):
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address


class _Server(runserver.Command):
    server_cls = Undelayed

    def get_handler(self, *args, **options):
        handler = super().get_handler(*args, **options)
        return StaticFiles(handler.application) if settings.DEBUG else handler


class Command(BaseCommand):
    help = "Run the whole site on this machine: tables, accounts, the sample city, a collection, and pages."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **_options):
        if settings.ON_LAMBDA:
            raise CommandError("This is for a machine of your own; Lambda has its handler.")
        _require_free(port)
        call_command("create_tables", stdout=self.stdout)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_sample", stdout=self.stdout)
        call_command("collect_feeds", verbosity=0, stdout=self.stdout)
        self.stdout.write(
            self.style.SUCCESS(f"\n{settings.SITE_NAME} is on http://127.0.0.1:{port}/")
        )
        if not get_user_model().objects.filter(is_staff=True).exists():
            self.stdout.write(
                "To enter the admin, make a staff account in another terminal:\n"
                "    .venv/bin/python manage.py createsuperuser\n"
                f"and sign in on http://127.0.0.1:{port}/admin/"
            )
        self.stdout.write("Stop with Ctrl-C.\n")
        self.stdout.flush()
        os.environ.setdefault("DJANGO_RUNSERVER_HIDE_WARNING", "true")
        call_command(
            _Server(), f"127.0.0.1:{port}", use_reloader=False, skip_checks=True, verbosity=0
        )


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken by another program. Choose another: make run PORT={port + 1}"
            ) from error
