"""The same work at two sizes, each in a database of its own, measured in turns.

So whatever else the machine does slows both alike.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
from alembic import command
from flask import Flask

from tests import servers
from volunteer_hub.app import create_app
from volunteer_hub.foundation.database import db

QUIET = {"RATELIMIT_ENABLED": False, "BELLS_SILENT": True, "SERVER_NAME": "hub.test"}
BARE = "bare SQL"  # the limit, which is held to no bound


@dataclass
class Sized:
    """One size: its app, a bare connection, and the seconds each piece of work took."""

    size: int
    app: Flask
    bare: psycopg.Connection[Any]
    taken: dict[str, list[float]] = field(default_factory=dict)

    def clock(self, what: str, work: Callable[[], object]) -> None:
        began = time.perf_counter()
        work()
        self.taken.setdefault(what, []).append(time.perf_counter() - began)

    def median(self, what: str) -> float:
        """Give milliseconds."""
        return statistics.median(self.taken[what]) * 1000


Town = TypeVar("Town", bound=Sized)


@contextmanager
def house(found: servers.Servers) -> Iterator[tuple[Flask, psycopg.Connection[Any]]]:
    """Build an app on an empty database of its own, with a bare connection beside it."""
    url = found.create(servers.fresh_name("bench"))
    app = create_app(found.settings(url), **QUIET)
    with app.app_context():
        command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
    with psycopg.connect(url, autocommit=True) as bare:
        yield app, bare
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def in_turns(towns: Sequence[Town], read: Callable[[Town], None], *, reads: int, warm: int) -> None:
    """Read all sizes one after another, again and again; forget the first `warm` readings."""
    for turn in range(warm + reads):
        for one in towns:
            read(one)
            if turn < warm:
                one.taken.clear()


def show(small: Sized, large: Sized, *, of: str, most: float) -> None:
    """Print each median at both sizes, how it grew, and how much it may."""
    head = f"{small.size:,} {of}", f"{large.size:,} {of}"
    print(f"  {'':<28} {head[0]:>18} {head[1]:>18}    ratio")
    for what in small.taken:
        ratio = large.median(what) / small.median(what)
        verdict = "" if what == BARE else f" (at most {most}{'' if ratio <= most else ': NO'})"
        print(
            f"  {what:<28} {small.median(what):15.2f} ms {large.median(what):15.2f} ms"
            f"    {ratio:5.2f}{verdict}"
        )
