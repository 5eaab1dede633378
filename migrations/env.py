"""Run migrations: one transaction each, and no waiting for ever on a busy table."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from volunteer_hub.foundation.database import db

LIMITS = ("set lock_timeout = '10s'", "set statement_timeout = '10min'", "set timezone = 'UTC'")


def _options() -> dict[str, object]:
    return {
        "target_metadata": db.metadata,
        "compare_type": True,
        "compare_server_default": False,
        "transaction_per_migration": True,
        "include_object": _is_ours,
    }


def _is_ours(thing: object, name: str | None, kind: str, reflected: bool, _: object) -> bool:
    # Partitions and extension tables are not in the models.
    return not (kind == "table" and reflected and name not in db.metadata.tables)


def run() -> None:
    engine = db.engine
    with engine.connect() as connection:
        for limit in LIMITS:
            connection.execute(text(limit))
        connection.commit()
        context.configure(connection=connection, **_options())  # type: ignore[arg-type]
        with context.begin_transaction():
            context.run_migrations()
        # The connection goes back to the pool: ordinary limits hold again.
        connection.invalidate()


if context.is_offline_mode():
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    context.configure(url=url, literal_binds=True, **_options())  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()
else:
    run()
