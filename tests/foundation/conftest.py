"""A house with a few extra doors, to try the foundation's manners on."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import servers as real
from tests.conftest import FOR_TESTS, TEMPLATE, OneRequestOneContext
from tests.factories.people import make_person
from tests.factories.places import make_place
from tests.foundation.doors_to_try import api_doors, page_doors
from volunteer_hub.app import create_app
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.policy import COORDINATOR

Build = Callable[..., Any]


@pytest.fixture(scope="session")
def house_to_try(servers: real.Servers) -> Build:
    """Build a house with the doors to try on its own database; overrides go into its config."""

    @contextmanager
    def build(database_url: str | None = None, **overrides: Any) -> Generator[Flask]:
        name = real.fresh_name("hub_doors")
        url = database_url or servers.create(name, template=TEMPLATE)
        app = create_app(servers.settings(url), **{**FOR_TESTS, **overrides})
        app.test_client_class = OneRequestOneContext
        app.register_blueprint(page_doors())
        app.register_api(api_doors())  # type: ignore[attr-defined]
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        servers.drop(name)

    return build


@pytest.fixture(scope="session")
def house(house_to_try: Build) -> Generator[Flask]:
    """The doors to try as tests see a house: a crash comes out as itself."""
    with house_to_try() as app:
        yield app


@pytest.fixture(scope="session")
def sign_in(house: Flask) -> Callable[..., FlaskClient]:
    """Give a browser of the house to try in which a volunteer, or a coordinator, is signed in."""
    with house.app_context(), transaction():
        place = make_place("here")
        people = {None: make_person("陈晓梅")}
        people[COORDINATOR] = make_person("马丽", role=COORDINATOR, at=place)
        names = {role: f"{one.id}:{one.session_epoch}" for role, one in people.items()}

    def browser(role: str | None = None) -> FlaskClient:
        client = house.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = names[role], True
        return client

    return browser


@pytest.fixture(scope="session")
def served_house(house_to_try: Build) -> Generator[Flask]:
    """The same as visitors see it: protected against forged forms, and a crash is answered."""
    with house_to_try(TESTING=False, WTF_CSRF_ENABLED=True) as app:
        yield app
