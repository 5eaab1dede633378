"""The house as tests see it: real servers, one migrated database, every test rolled back."""

from collections.abc import Callable, Generator
from contextvars import Context
from datetime import datetime, timedelta
from typing import Any

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient

from tests import servers as real
from tests.world import World, build_world
from volunteer_hub.app import create_app
from volunteer_hub.foundation.api import PREFIX
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.tokens import make_token
from volunteer_hub.people.models import Person

TEMPLATE = real.fresh_name("hub_template")
FOR_TESTS: dict[str, Any] = {
    "TESTING": True,
    "WTF_CSRF_ENABLED": False,
    "RATELIMIT_ENABLED": False,
    "BELLS_SILENT": True,
    "SERVER_NAME": "hub.test",
}


class OneRequestOneContext(FlaskClient):
    """Give each request a context of its own, as a server does: who is there, the language and the
    session end with the request, although the test itself stands inside the app's context."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return Context().run(super().open, *args, **kwargs)


def migrate(app: Flask) -> None:
    """Bring the app's database to the newest revision."""
    with app.app_context():
        command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
        db.engine.dispose()


@pytest.fixture(scope="session")
def servers() -> Generator[real.Servers]:
    with real.running() as found:
        migrate(create_app(found.settings(found.create(TEMPLATE)), **FOR_TESTS))
        yield found
        found.drop(TEMPLATE)


@pytest.fixture(scope="session")
def shared_app(servers: real.Servers) -> Generator[Flask]:
    name = real.fresh_name("hub")
    app = create_app(servers.settings(servers.create(name, template=TEMPLATE)), **FOR_TESTS)
    app.test_client_class = OneRequestOneContext
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    yield app
    with app.app_context():
        db.engine.dispose()
    servers.drop(name)


@pytest.fixture
def app(shared_app: Flask) -> Generator[Flask]:
    """The app on one connection whose outer transaction is rolled back after the test."""
    with shared_app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        db.engines[None] = connection  # type: ignore[assignment]
        try:
            yield shared_app
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            db.engines[None] = engine


@pytest.fixture
def committed(servers: real.Servers) -> Generator[Flask]:
    """An app on a database of its own, where commits are real: for races and workers."""
    name = real.fresh_name("hub_committed")
    app = create_app(servers.settings(servers.create(name, template=TEMPLATE)), **FOR_TESTS)
    app.test_client_class = OneRequestOneContext
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    servers.drop(name)


@pytest.fixture
def now() -> datetime:
    """The moment at which the test plays."""
    return utc_now()


@pytest.fixture
def world(app: Flask) -> World:
    """Two communities and one person of each role; see tests/world.py."""
    return build_world()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def as_person(app: Flask) -> Callable[..., FlaskClient]:
    """Give a browser in which the person is signed in: as_person(world.volunteer)."""

    def sign_in(person: Person | None, *, language: str = "en") -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as session:
            session["language"] = language
            if person is not None:
                session["_user_id"] = f"{person.id}:{person.session_epoch}"
                session["_fresh"] = True
        return client

    return sign_in


@pytest.fixture
def speaks(app: Flask) -> Callable[..., Callable[..., Any]]:
    """Give a program that acts in somebody's name: speaks(world.volunteer)("GET", "/me")."""

    def speaks(person: Person, *scopes: str) -> Callable[..., Any]:
        now = utc_now()
        with transaction():
            token = make_token(
                person=person,
                name="test",
                scopes=scopes or ("read", "write"),
                expires_at=now + timedelta(days=1),
                now=now,
            )
        known = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

        def ask(method: str, path: str, **more: Any) -> Any:
            headers = known | more.pop("headers", {})
            there = f"{PREFIX}{path}"
            return app.test_client().open(there, method=method, headers=headers, **more)

        return ask

    return speaks


@pytest.fixture
def queries(app: Flask) -> Generator[list[str]]:
    """Collect every SQL statement, so that a test can bound a page's number of queries."""
    from sqlalchemy import event

    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)
