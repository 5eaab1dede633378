"""Migrations run up, down and up again, and end equal to the models."""

import pytest
from alembic import command

from tests import servers as real
from tests.conftest import FOR_TESTS
from volunteer_hub.app import create_app
from volunteer_hub.foundation.database import db


@pytest.fixture
def empty_app(servers):
    name = real.fresh_name("hub_empty")
    app = create_app(servers.settings(servers.create(name)), **FOR_TESTS)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    servers.drop(name)


def test_up_down_up(empty_app):
    migrations = empty_app.extensions["migrate"].migrate.get_config()
    command.upgrade(migrations, "head")
    command.downgrade(migrations, "base")
    command.upgrade(migrations, "head")
    command.check(migrations)


def test_one_line_of_revisions(empty_app):
    from alembic.script import ScriptDirectory

    migrations = empty_app.extensions["migrate"].migrate.get_config()
    assert len(ScriptDirectory.from_config(migrations).get_heads()) == 1
