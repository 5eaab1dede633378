"""Rows to write, undo and look for; and a table that only tests know."""

from datetime import date, datetime

from sqlalchemy import MetaData, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import TYPES, db, transaction
from volunteer_hub.foundation.heartbeat import Heartbeat


class Paper(DeclarativeBase):
    """Not the house's own base: the migrations are compared with that one."""

    registry = registry(type_annotation_map=TYPES, metadata=MetaData())


class Diary(Paper):
    """Made and dropped inside one test's transaction."""

    __tablename__ = "diary_of_tests"

    id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date]
    at: Mapped[datetime]
    title: Mapped[str]
    note: Mapped[str | None]


def write(name):
    db.session.add(Heartbeat(name=name, beat_at=utc_now()))
    db.session.flush()


def write_twice(name):
    write(name)
    write(name)


class Broke(Exception):
    """What fails inside a transaction here."""


def fail_after(work, error=Broke, *, door=transaction):
    with door():
        work()
        raise error


def stored():
    db.session.rollback()
    return {row.name for row in db.session.scalars(select(Heartbeat))}
