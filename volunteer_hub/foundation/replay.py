"""Idempotency-Key: a write sent twice is done once, and answered with the first answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Response, make_response, request
from sqlalchemy import CheckConstraint, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_hub.foundation.database import Model, db, transaction
from volunteer_hub.foundation.doors import current_actor
from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

KEPT_FOR_HOURS = 24


class Replay(Model):
    """The answer to a write that carried a key; kept for a day."""

    __tablename__ = "replay"
    __table_args__ = (CheckConstraint("length(key) between 1 and 255", name="key_has_a_length"),)

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class KeyWasUsedOtherwise(Refusal):
    """The same key came with another request before."""

    said = sentence("This Idempotency-Key was used for another request. Make a new key.")


class StillAtWork(Refusal):
    """The first request with this key has not been answered yet."""

    said = sentence("The first request with this Idempotency-Key is still at work. Ask again soon.")


def replayed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Give the first answer again when a write comes back with the same Idempotency-Key."""

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(*args, **kwargs)
        if not 1 <= len(key) <= 255:
            raise BrokenInput([("Idempotency-Key", sentence("Use 1 to 255 characters."))])
        person = current_actor().person_id or 0
        known = _claim(person, key, _fingerprint())
        if known is not None:
            return known
        try:
            answer = make_response(view(*args, **kwargs))
        except BaseException:
            _forget(person, key)  # nothing was done: the key may be used again
            raise
        return _keep(person, key, answer)

    return once


def _fingerprint() -> str:
    what = f"{request.method} {request.full_path}\n".encode() + request.get_data(cache=True)
    return hashlib.sha256(what).hexdigest()


def _claim(person: int, key: str, fingerprint: str) -> Response | None:
    with transaction():
        claim = insert(Replay).values(person_id=person, key=key, request_hash=fingerprint)
        mine = db.session.execute(claim.on_conflict_do_nothing().returning(Replay.key)).first()
        if mine:
            return None
        first = db.session.get_one(Replay, (person, key))
        db.session.refresh(first)
    if first.request_hash != fingerprint:
        raise KeyWasUsedOtherwise
    if first.status is None:
        raise StillAtWork
    answer = make_response(first.body or "", first.status)
    answer.mimetype = "application/json"
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _keep(person: int, key: str, answer: Response) -> Response:
    if answer.status_code >= 500:
        _forget(person, key)
        return answer
    with transaction():
        row = db.session.get_one(Replay, (person, key))
        row.status, row.body = answer.status_code, answer.get_data(as_text=True)
    return answer


def _forget(person: int, key: str) -> None:
    db.session.rollback()
    with transaction():
        db.session.execute(delete(Replay).where(Replay.person_id == person, Replay.key == key))
