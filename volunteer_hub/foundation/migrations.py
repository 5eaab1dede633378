"""Tell whether the database stands at the revision that this code was written for."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from volunteer_hub.foundation.database import db


def current_revision() -> str | None:
    """Read the database's revision; None before the first migration."""
    context = MigrationContext.configure(db.session.connection())
    return context.get_current_revision()


def newest_revision() -> str | None:
    """Name the newest revision in migrations/."""
    migrate = current_app.extensions["migrate"].migrate
    return ScriptDirectory.from_config(migrate.get_config()).get_current_head()
