"""Static files of the machine's own server."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from dctech.management.commands.run import StaticFiles


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
