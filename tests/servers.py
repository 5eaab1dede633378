"""Real servers for the tests: embedded ones by default, others by HUB_TEST_DATABASE_URL.

HUB_TEST_DATABASE_URL names a PostgreSQL where databases may be made; HUB_TEST_REDIS_URL a
Redis or Valkey whose database may be flushed.
"""

import os
import re
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

import config
from standalone.embedded import Postgres, Valkey, make_socket_folder, wipe


@dataclass
class Servers:
    """One PostgreSQL and one Valkey for the whole run, and how to make databases on it."""

    admin_url: str
    redis_url: str
    var: Path

    def url(self, database: str) -> str:
        return re.sub(r"(//[^/]*)/[^?]*", rf"\1/{database}", self.admin_url, count=1)

    def create(self, database: str, *, template: str | None = None) -> str:
        like = f' template "{template}"' if template else ""
        # The operator may have made the cluster with another locale.
        plain = "" if template else " template template0 encoding 'UTF8' lc_collate 'C.UTF-8'"
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(f'create database "{database}"{like or plain}')
        return self.url(database)

    def drop(self, database: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(f'drop database if exists "{database}" with (force)')

    def settings(self, database_url: str, **more: str) -> config.Settings:
        environ = {
            "HUB_VAR": str(self.var),
            "DATABASE_URL": database_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": "only-for-tests-" + "x" * 32,
            **more,
        }
        return config.read(environ)


@contextmanager
def running() -> Generator[Servers]:
    """Start what is not given; stop and wipe it afterwards."""
    var = Path(tempfile.mkdtemp(prefix="hub-test-"))
    var.chmod(0o755)
    sockets = var / "run"
    make_socket_folder(sockets)
    postgres = valkey = None
    admin_url = os.environ.get("HUB_TEST_DATABASE_URL", "")
    redis_url = os.environ.get("HUB_TEST_REDIS_URL", "")
    try:
        if not admin_url:
            postgres = Postgres(var / "pg", sockets, fast=True)
            postgres.start()
            admin_url = postgres.url("postgres")
        if not redis_url:
            valkey = Valkey(var / "valkey", sockets)
            valkey.start()
            redis_url = valkey.url
        yield Servers(admin_url, redis_url, var)
    finally:
        if valkey:
            valkey.stop()
        if postgres:
            postgres.stop()
        wipe(var)


def fresh_name(prefix: str) -> str:
    return f"{prefix}_{uuid4().hex[:10]}"
