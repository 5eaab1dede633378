"""What the tests of this room share."""

from contextvars import Context

import pytest
from flask.testing import FlaskClient


class OneRequestOneContext(FlaskClient):
    """Give each request a context of its own, as a server does."""

    def open(self, *args, **kwargs):
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture(autouse=True)
def _fresh(shared_app):
    shared_app.test_client_class = OneRequestOneContext
