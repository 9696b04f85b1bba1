"""The machine's own server."""

import socket

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import WSGIRequestHandler
from django.test import RequestFactory

from dctech.management.commands.run import StaticFiles, Undelayed


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/static/site.css", 200),
        ("/static/nothing.css", 404),
        ("/static/../x", 404),
        ("/static/../../settings.py", 404),
        ("/static//etc/passwd", 404),
    ],
)
def test_nothing_but_static_files_is_served(path, status):
    request = RequestFactory().get("/")
    request.path = path
    response = StaticFiles(WSGIHandler()).get_response(request)
    assert response.status_code == status
    if status == 200:
        response.file_to_stream.close()


def test_bodies_do_not_wait_for_the_headers_to_be_acknowledged():
    with (
        Undelayed(("127.0.0.1", 0), WSGIRequestHandler) as server,
        socket.create_connection(server.server_address),
    ):
        accepted, _ = server.get_request()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
