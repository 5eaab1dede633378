"""The cellar: one session, one base, and the only place that commits."""

import logging
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Dialect, Identity, MetaData, Text, event, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, mapped_column, registry

log = logging.getLogger(__name__)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

RESTS = 1.0  # seconds after which a connection may have been closed unseen

Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]


TYPES: dict[Any, Any] = {
    int: BigInteger,
    str: Text,
    datetime: TIMESTAMP(timezone=True),
    dict[str, Any]: JSONB,
    list[Any]: JSONB,
}


class Base(DeclarativeBase):
    registry = registry(type_annotation_map=TYPES, metadata=MetaData(naming_convention=NAMES))


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base  # so that checkers know the constructors
else:
    Model = db.Model


def quoted(words: Iterable[str]) -> str:
    """Write words as SQL lists them, for the check constraint of a column: 'draft', 'published'."""
    return ", ".join(map(repr, words))


@contextmanager
def transaction() -> Generator[None]:
    """Commit what happened inside, all of it or none of it.  Never nested."""
    if db.session.info.get("open"):
        raise RuntimeError("A transaction is open already; only a door opens one.")
    db.session.info["open"] = True
    try:
        yield
        for seal in db.session.info.get("seals", ()):
            seal()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        db.session.info.pop("bells", None)  # the event below is silent when nothing was written
        raise
    finally:
        db.session.info["open"] = False


@contextmanager
def attempt() -> Generator[None]:
    """Undo only what happens inside when it fails; the transaction around it goes on."""
    bells: list[Callable[[], object]] = db.session.info.setdefault("bells", [])
    rung_before = len(bells)
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        del bells[rung_before:]
        raise


def after_commit(ring: Callable[[], object]) -> None:
    """Call `ring` once this transaction is safely stored, and never if it is not."""
    db.session.info.setdefault("bells", []).append(ring)


@contextmanager
def sealed_by(seal: Callable[[], object]) -> Generator[None]:
    """Call `seal` as the last thing inside every transaction of this block, before it is stored."""
    seals: list[Callable[[], object]] = db.session.info.setdefault("seals", [])
    seals.append(seal)
    try:
        yield
    finally:
        seals.remove(seal)


def violated(error: IntegrityError) -> str:
    """Name the constraint that refused the write; a race is told by this name."""
    diag = getattr(error.orig, "diag", None)
    return getattr(diag, "constraint_name", None) or ""


def may_be_tried_again(error: OperationalError) -> bool:
    """Tell whether the database gave up on a deadlock or a serialisation conflict."""
    return getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def database_now() -> datetime:
    """Read the database's clock: the one clock that all machines share."""
    return db.session.execute(text("select clock_timestamp()")).scalar_one()


def init_app(app: Flask) -> None:
    """Connect the app with its database; sessions end with the app context."""
    db.init_app(app)
    with app.app_context():
        event.listen(db.session, "after_commit", _ring)
        event.listen(db.session, "after_rollback", _hush)
        event.listen(db.session, "do_orm_execute", _read_anew)
        event.listen(db.engine, "checkin", _begin_to_rest)
        event.listen(db.engine, "checkout", partial(_ask_after_a_rest, db.engine.dialect))


def engine_options(*, pool: int = 8) -> dict[str, Any]:
    """Give the limits every connection lives under: no wait is without an end."""
    return {
        "pool_size": pool,
        "max_overflow": 4,
        "pool_timeout": 10,
        "hide_parameters": True,  # they hold names, phones and tokens; errors end in the log
        "connect_args": {
            "connect_timeout": 5,
            "tcp_user_timeout": 5000,
            "prepare_threshold": 5,
            "options": "-c timezone=UTC -c lock_timeout=5s -c statement_timeout=30s"
            " -c idle_in_transaction_session_timeout=15s",
        },
    }


def _begin_to_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _ask_after_a_rest(dialect: Dialect, connection: Any, record: Any, _proxy: Any) -> None:
    """Ask whether the database still hears, but not a connection that was at work just now.

    The pool's own pre-ping asks before every request: a tenth of what a sign-up costs.
    """
    since = record.info.get("rests_since")
    if since is None or time.monotonic() - since < RESTS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error  # the pool opens another


def _read_anew(state: ORMExecuteState) -> None:
    """Show a row that is locked as it is now, not as this session saw it before it waited."""
    if getattr(state.statement, "_for_update_arg", None) is not None:
        state.update_execution_options(populate_existing=True)


def _ring(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint is no commit
    for ring in session.info.pop("bells", []):
        try:
            ring()
        except Exception:
            # The work is stored; the worker's sweep will find it without the bell.
            log.exception("A bell did not ring")


def _hush(session: Session) -> None:
    if not session.in_nested_transaction():  # `attempt` silences what rang inside it
        session.info.pop("bells", None)
