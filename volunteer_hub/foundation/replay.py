"""Idempotency-Key: a write sent twice is done once, and answered with the first answer.

Three short transactions: the key is claimed; the write marks it in its own transaction, so that
the two are stored together or not at all; the answer is kept. A process that dies in between
leaves a key that tells how far it came.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, NamedTuple

from flask import Response, current_app, make_response, request
from sqlalchemy import CheckConstraint, ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import HTTPException

from volunteer_hub.foundation.database import Model, db, sealed_by, transaction
from volunteer_hub.foundation.doors import current_actor
from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

KEPT_FOR = timedelta(hours=24)
LOST_AFTER = timedelta(seconds=60)  # a claim older than this, with nothing written, may be taken
WRITTEN = 0  # the status of a key whose write is stored and whose answer is not known yet
LOST = 1  # the status of a key whose write is stored and whose answer never will be known
NOT_KEPT = frozenset({401, 408, 425, 429})  # these say nothing about the write itself


class Replay(Model):
    """The answer to a write that carried a key; kept for a day."""

    __tablename__ = "replay"
    __table_args__ = (CheckConstraint("length(key) between 1 and 255", name="key_has_a_length"),)

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int | None]  # empty: still at work; WRITTEN; LOST; or the answer's own
    body: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class KeyWasUsedOtherwise(Refusal):
    """The same key came with another request before."""

    said = sentence("This Idempotency-Key was used for another request. Make a new key.")


class StillAtWork(Refusal):
    """The first request with this key has not been answered yet."""

    said = sentence("The first request with this Idempotency-Key is still at work. Ask again soon.")


class AnswerWasLost(Refusal):
    """The first request was carried out, and the process died before it could say so."""

    said = sentence("This was done, but its answer was lost. Look before you send it again.")


class Claim(NamedTuple):
    """A key in the hands of this request; `at` tells it from a later request that took over."""

    person_id: int
    key: str
    at: datetime

    def row(self) -> ColumnElement[bool]:
        return and_(
            Replay.person_id == self.person_id, Replay.key == self.key, Replay.at == self.at
        )


def replayed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Give the first answer again when a write comes back with the same Idempotency-Key."""

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key, person_id = request.headers.get("Idempotency-Key"), current_actor().person_id
        if key is None or person_id is None:
            return view(*args, **kwargs)
        if not 1 <= len(key) <= 255:
            raise BrokenInput([("Idempotency-Key", sentence("Use 1 to 255 characters."))])
        claim = _claim(person_id, key, _fingerprint())
        if isinstance(claim, Response):
            return claim
        try:
            with sealed_by(lambda: _mark_written(claim)):
                answer = make_response(view(*args, **kwargs))
        except (Refusal, HTTPException) as error:
            answer = make_response(current_app.handle_user_exception(error))
        except BaseException:
            _free(claim)
            raise
        return _keep(claim, answer)

    return once


def sweep(*, now: datetime) -> int:
    """Forget the answers that were kept long enough; give how many."""
    old = db.session.execute(delete(Replay).where(Replay.at < now - KEPT_FOR))
    return old.rowcount  # type: ignore[attr-defined]


def _fingerprint() -> str:
    what = f"{request.method} {request.full_path}\n".encode() + request.get_data(cache=True)
    return hashlib.sha256(what).hexdigest()


def _claim(person_id: int, key: str, fingerprint: str) -> Claim | Response:
    now = func.clock_timestamp()
    fresh = {"request_hash": fingerprint, "status": None, "body": None, "at": now}
    may_be_taken = or_(
        and_(Replay.status.is_(None), Replay.at < now - LOST_AFTER), Replay.at < now - KEPT_FOR
    )
    first = select(Replay, (Replay.at < now - LOST_AFTER).label("is_old"))
    claim = insert(Replay).values(person_id=person_id, key=key, **fresh)
    claim = claim.on_conflict_do_update(
        index_elements=[Replay.person_id, Replay.key], set_=fresh, where=may_be_taken
    )
    with transaction():
        at = db.session.scalar(claim.returning(Replay.at))
        if at:
            return Claim(person_id, key, at)
        mine = first.where(Replay.person_id == person_id, Replay.key == key)
        known = db.session.execute(mine, execution_options={"populate_existing": True}).first()
    if known is None:  # the first request broke and freed its key between our two questions
        raise StillAtWork
    if known.Replay.request_hash != fingerprint:
        raise KeyWasUsedOtherwise
    return _answer_again(known.Replay, is_old=known.is_old)


def _answer_again(first: Replay, *, is_old: bool) -> Response:
    if first.status == LOST or (first.status == WRITTEN and is_old):
        raise AnswerWasLost
    if not first.status:
        raise StillAtWork
    answer = make_response(first.body or "", first.status)
    answer.mimetype = "application/problem+json" if first.status >= 400 else "application/json"
    if first.status == 204:
        del answer.headers["Content-Type"]
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _mark_written(claim: Claim) -> None:
    """Say inside the write's own transaction that it is stored; refuse if the key was taken."""
    marked = update(Replay).where(claim.row()).values(status=WRITTEN).returning(Replay.key)
    if db.session.scalar(marked) is None:
        raise StillAtWork


def _keep(claim: Claim, answer: Response) -> Response:
    if answer.status_code >= 500 or answer.status_code in NOT_KEPT:
        _free(claim)
        return answer
    db.session.rollback()  # the write is stored; only what was read since is given up
    with transaction():
        said = {"status": answer.status_code, "body": answer.get_data(as_text=True)}
        db.session.execute(update(Replay).where(claim.row()).values(said))
    return answer


def _free(claim: Claim) -> None:
    """Let the key be used again, unless the write is stored."""
    db.session.rollback()
    with transaction():
        db.session.execute(delete(Replay).where(claim.row(), Replay.status.is_(None)))
        db.session.execute(update(Replay).where(claim.row()).values(status=LOST))
