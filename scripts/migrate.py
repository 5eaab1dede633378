"""Write a migration from the difference between models and migrations, on a throw-away database.

python -m scripts.migrate what_changes
"""

import re
import sys
import tempfile
from pathlib import Path

from alembic import command

import config
from standalone.embedded import Postgres, make_socket_folder, wipe
from volunteer_hub.app import create_app


def main(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]+", name):
        raise SystemExit("Say what changes: make migrate NAME=shift_gets_a_colour")
    var = Path(tempfile.mkdtemp(prefix="hub-migrate-"))
    var.chmod(0o755)
    make_socket_folder(var / "run")
    postgres = Postgres(var / "postgres", var / "run", fast=True)
    postgres.start()
    try:
        postgres.create("hub")
        settings = config.read({"HUB_VAR": str(var)})
        with create_app(settings).app_context() as context:
            migrations = context.app.extensions["migrate"].migrate.get_config()
            command.upgrade(migrations, "head")
            command.revision(migrations, message=name, autogenerate=True)
    finally:
        postgres.stop()
        wipe(var)
    print("Written. Read it, name its constraints, and give it a way back.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
