"""The site on a port of its own, as browsers reach it; its tables are the `engine`'s."""

import threading

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import override_settings
from django.test.testcases import QuietWSGIRequestHandler


@pytest.fixture(scope="module")
def site(engine):
    """The address of the running site, without a slash at its end.

    No accounts database stands behind it: a public page that asks for it fails.
    """
    with (
        override_settings(ROOT_URLCONF="tests.browser.urls"),
        ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler) as server,
    ):
        server.set_app(StaticFilesHandler(WSGIHandler()))
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
