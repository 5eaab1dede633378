"""Cross the point of no return, and write down what was said behind it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import CursorResult, Update, case, text, update

from volunteer_hub.carriers.channels.outcome import (
    HandOverFailed,
    NotNow,
    Parcel,
    Refused,
    Taken,
)
from volunteer_hub.dispatch.actions import claiming
from volunteer_hub.dispatch.actions.steps import change, leaving, owned, taking
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.nights import Quiet, is_quiet
from volunteer_hub.messages.actions.ending import ended, put_back
from volunteer_hub.messages.actions.nights import rest
from volunteer_hub.messages.actions.suppressing import suppress, unsuppress
from volunteer_hub.messages.models import Attempt, Message
from volunteer_hub.messages.rules.readers import address_hash, mask
from volunteer_hub.messages.rules.states import LANE_CODES
from volunteer_hub.messages.rules.times import GRACE, LEASE, pause_after

WAIT_FOR_THE_DISK = text("set local synchronous_commit to on")
DO_NOT_WAIT = text("set local synchronous_commit to off")


def mark(parcel: Parcel, *, now: datetime, window: timedelta | None = None) -> bool:
    """Say that the letter is about to leave; False if it may not any more.

    The caller commits before the next step. Whoever calls a letter back waits for this row and
    finds it gone, or was first, and then it does not leave.

    :param window: how long the carrier remembers the letter's uuid and acts on it only once
    """
    mine = update(Message).where(
        Message.id == parcel.id,
        Message.token == parcel.token,
        Message.state == "claimed",
        Message.lease_until > now,
    )
    if parcel.night and is_quiet(now, *parcel.night) and parcel.expires_at > now:
        night = Quiet(*parcel.night)
        _touched(mine.values(**rest(quiet=night, expires_at=parcel.expires_at, now=now)))
        _touched(_note(parcel, phase="prepared", answer="Its reader sleeps", finished_at=now))
        return False
    # Losing this line in a crash of the database would send the letter twice.
    db.session.execute(WAIT_FOR_THE_DISK)
    said: dict[str, Any] = {
        "the_id": parcel.id,
        "the_token": parcel.token,
        "the_now": now,
        "the_lease": now + LEASE,
        "the_carrier": parcel.carrier,
    }
    if window is not None:
        said["the_window"] = now + window
    is_code = parcel.lane == LANE_CODES
    if not is_code:
        said["the_address"] = address_hash(parcel.channel, parcel.address)
    if _touched(leaving(is_code=is_code, has_key=window is not None), said):
        return True
    _touched(mine.where(Message.expires_at <= now).values(**ended("missed", at=now)))
    _touched(mine.where(Message.expires_at > now).values(**ended("suppressed", at=now)))
    _touched(_note(parcel, phase="prepared", answer="May not leave any more", finished_at=now))
    return False


def record_taken(parcel: Parcel, answer: Taken, *, now: datetime) -> None:
    """The other side has it."""
    need_not_last()
    said = {
        "the_id": parcel.id,
        "the_token": parcel.token,
        "the_now": now,
        "the_answer": safe(parcel, answer.answer),
        "the_reference": answer.reference,
    }
    _touched(taking(), said)
    if parcel.lane == LANE_CODES:  # the address works, whatever was noted about it before
        unsuppress(parcel.channel, parcel.address)


def record_failure(parcel: Parcel, failure: HandOverFailed, *, now: datetime, chance: float) -> str:
    """It did not get through, or nobody can say; name the state it is in now."""
    need_not_last()
    answer = safe(parcel, failure.answer)
    if isinstance(failure, NotNow):
        values = _try_later(parcel, answer, now, chance)
    elif isinstance(failure, Refused):
        values = ended("failed", at=now, reason=answer)
        if failure.address_is_bad:
            suppress(parcel.channel, parcel.address, reason="hard-bounce", letter_id=parcel.id)
    else:
        values = {
            "state": "unknown",
            "lease_until": None,
            "try_at": _ask_at(parcel, now, chance),
            "reason": answer,
        }
    note = _note(parcel, answer=answer, finished_at=now)
    _touched(note.add_cte(change(_open(parcel).values(**values))))
    return values["state"]


def hand_on(parcel: Parcel, failure: NotNow, *, to: str, now: datetime) -> Parcel | None:
    """Give a letter that certainly did not leave to another carrier, under a fresh lease.

    None if it was called back meanwhile, or somebody else has it.
    """
    token = uuid4()
    mine = update(Message).where(
        Message.id == parcel.id,
        Message.token == parcel.token,
        Message.state.in_(("claimed", "sending")),
        Message.expires_at > now,
    )
    _touched(_note(parcel, answer=safe(parcel, failure.answer), finished_at=now))
    if not _touched(mine.values(state="claimed", lease_until=now + LEASE, token=token)):
        return None
    handed = replace(parcel, token=token, carrier=to)
    claiming.begin([handed], now=now)
    return handed


def _try_later(parcel: Parcel, answer: str, now: datetime, chance: float) -> dict[str, Any]:
    if parcel.expires_at <= now:
        return ended("missed", at=now, reason=answer)
    again = min(now + pause_after(parcel.attempts, chance), parcel.expires_at)
    return put_back(try_at=again, attempts=Message.attempts + 1, reason=answer)


def _ask_at(parcel: Parcel, now: datetime, chance: float) -> Any:
    """Whom one may ask without harm is asked soon; else a late answer is waited for."""
    soon = now + pause_after(parcel.attempts, chance)
    return case((Message.key_until > now, soon), else_=now + GRACE)


def _open(parcel: Parcel) -> Update:
    return owned(parcel.id, parcel.token)


def _note(parcel: Parcel, **values: Any) -> Update:
    return update(Attempt).where(Attempt.token == parcel.token).values(**values)


def need_not_last() -> None:
    """Let this transaction not wait for the disk."""
    # If the database crashes and forgets this, the letter is unknown, never sent twice; not
    # waiting for the disk keeps the time short in which a killed worker leaves it unknown.
    db.session.execute(DO_NOT_WAIT)


def _touched(statement: Update, said: dict[str, Any] | None = None) -> bool:
    options = {"synchronize_session": False}
    result = db.session.execute(statement, said, execution_options=options)
    assert isinstance(result, CursorResult)
    return result.rowcount > 0


def safe(parcel: Parcel, answer: str) -> str:
    """Keep of an answer what shows no address."""
    return answer.replace(parcel.address, mask(parcel.address))[:500]
