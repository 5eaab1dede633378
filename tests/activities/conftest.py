from contextvars import Context
from typing import Any

import pytest
from flask.testing import FlaskClient


class OneRequestOneContext(FlaskClient):
    """Give each request a context of its own, as a server does."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture(autouse=True)
def _one_request_one_context(request: pytest.FixtureRequest, monkeypatch) -> None:
    if "app" in request.fixturenames:
        app = request.getfixturevalue("app")
        monkeypatch.setattr(app, "test_client_class", OneRequestOneContext)
