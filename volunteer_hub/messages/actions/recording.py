"""Cross the point of no return, and write down what was said behind it."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CursorResult,
    Update,
    delete,
    exists,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from volunteer_hub.carriers.channels.outcome import (
    HandOverFailed,
    NotNow,
    Parcel,
    Receipt,
    Refused,
    Taken,
)
from volunteer_hub.foundation.database import db
from volunteer_hub.messages.actions.ending import ended, put_back, taken
from volunteer_hub.messages.models import Attempt, Message, Suppression
from volunteer_hub.messages.queries import outbox as queries
from volunteer_hub.messages.rules.readers import address_hash, mask
from volunteer_hub.messages.rules.states import LANE_CODES
from volunteer_hub.messages.rules.times import GRACE, LEASE, pause_after


def mark(parcel: Parcel, *, now: datetime) -> bool:
    """Say that the letter is about to leave; False if it may not any more.

    The caller commits before the next step. Whoever calls a letter back waits for this row and
    finds it gone, or was first, and then it does not leave.
    """
    # Losing this line in a crash of the database would send the letter twice.
    db.session.execute(text("set local synchronous_commit to on"))
    mine = update(Message).where(
        Message.id == parcel.id,
        Message.token == parcel.token,
        Message.state == "claimed",
        Message.lease_until > now,
    )
    may_leave = [Message.expires_at > now]
    if (
        parcel.lane != LANE_CODES
    ):  # somebody waits for a code at the screen and just gave the address
        may_leave.append(~queries.is_suppressed(parcel.channel, parcel.address))
        may_leave.append(~queries.is_turned_off())
    leave = mine.where(*may_leave).values(state="sending", lease_until=now + LEASE)
    if _touched(_note(parcel, phase="sending").where(_done(leave))):
        return True
    _touched(mine.where(Message.expires_at <= now).values(**ended("missed", at=now)))
    _touched(mine.where(Message.expires_at > now).values(**ended("suppressed", at=now)))
    _touched(_note(parcel, phase="prepared", answer="May not leave any more", finished_at=now))
    return False


def record_taken(parcel: Parcel, answer: Taken, *, now: datetime) -> None:
    """The other side has it."""
    _need_not_last()
    note = _note(parcel, phase="answered", answer=_safe(parcel, answer.answer), finished_at=now)
    _touched(note.add_cte(_cte(_open(parcel).values(**taken(at=now, reference=answer.reference)))))
    if parcel.lane == LANE_CODES:  # the address works, whatever was noted about it before
        unsuppress(parcel.channel, parcel.address)


def record_failure(parcel: Parcel, failure: HandOverFailed, *, now: datetime, chance: float) -> str:
    """It did not get through, or nobody can say; name the state it is in now."""
    _need_not_last()
    answer = _safe(parcel, failure.answer)
    if isinstance(failure, NotNow):
        values = _try_later(parcel, answer, now, chance)
    elif isinstance(failure, Refused):
        values = ended("failed", at=now, reason=answer)
        if failure.address_is_bad:
            suppress(parcel.channel, parcel.address, reason="hard-bounce")
    else:
        values = {
            "state": "unknown",
            "lease_until": None,
            "try_at": now + GRACE,
            "reason": answer,
        }
    note = _note(parcel, answer=answer, finished_at=now)
    _touched(note.add_cte(_cte(_open(parcel).values(**values))))
    return values["state"]


def note_receipts(receipts: list[Receipt], *, now: datetime) -> None:
    """Write down what the network said later about letters it had taken."""
    for receipt in receipts:
        known = update(Message).where(
            Message.provider_ref == receipt.reference, Message.state == "sent"
        )
        state = "delivered" if receipt.arrived else "bounced"
        _touched(known.values(**ended(state, at=now, reason=receipt.answer)))


def suppress(channel: str, address: str, *, reason: str) -> None:
    """Write no more to this address on this channel."""
    row = insert(Suppression).values(
        channel=channel, address_hash=address_hash(channel, address), reason=reason
    )
    db.session.execute(row.on_conflict_do_nothing())


def unsuppress(channel: str, address: str) -> None:
    """Write to this address again."""
    db.session.execute(
        delete(Suppression).where(
            Suppression.channel == channel,
            Suppression.address_hash == address_hash(channel, address),
        )
    )


def _try_later(parcel: Parcel, answer: str, now: datetime, chance: float) -> dict[str, Any]:
    if parcel.expires_at <= now:
        return ended("missed", at=now, reason=answer)
    again = min(now + pause_after(parcel.attempts, chance), parcel.expires_at)
    return put_back(try_at=again, attempts=Message.attempts + 1, reason=answer)


def _open(parcel: Parcel) -> Update:
    """Only the owner of the attempt decides, and a late answer settles an unknown letter."""
    return update(Message).where(
        Message.id == parcel.id,
        Message.token == parcel.token,
        Message.state.in_(("claimed", "sending", "unknown")),
    )


def _note(parcel: Parcel, **values: Any) -> Update:
    return update(Attempt).where(Attempt.token == parcel.token).values(**values)


def _cte(letter: Update) -> CTE:
    """Change the letter in the statement that notes the attempt: one journey instead of two."""
    return letter.returning(Message.id).cte("letter")


def _done(letter: Update) -> ColumnElement[bool]:
    return exists(_cte(letter).c.id)


def _need_not_last() -> None:
    # If the database crashes and forgets this, the letter is unknown, never sent twice; not
    # waiting for the disk keeps the time short in which a killed worker leaves it unknown.
    db.session.execute(text("set local synchronous_commit to off"))


def _touched(statement: Update) -> bool:
    options = {"synchronize_session": False}
    result = db.session.execute(statement, execution_options=options)
    assert isinstance(result, CursorResult)
    return result.rowcount > 0


def _safe(parcel: Parcel, answer: str) -> str:
    return answer.replace(parcel.address, mask(parcel.address))[:500]
