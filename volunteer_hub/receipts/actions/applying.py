"""Let what was said of letters become true of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, func, update

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.actions.ending import ended, taken
from volunteer_hub.messages.actions.suppressing import suppress
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.rules.readers import address_hash
from volunteer_hub.receipts import queries
from volunteer_hub.receipts.actions import steps
from volunteer_hub.receipts.models import Receipt
from volunteer_hub.receipts.rules.outcomes import (
    PAUSED_FOR,
    SOFT_BOUNCES,
    is_hard,
    is_soft,
    next_state,
    next_try,
)

BATCH = 100


def apply_waiting(*, now: datetime, limit: int = BATCH) -> int:
    """Let up to `limit` receipts become true of their letters; say how many were looked at.

    A receipt whose letter is not there yet, or has not left yet, waits; after a day it is given up.
    """
    waiting = queries.lock_waiting(now=now, limit=limit)
    if not waiting:
        return 0
    letters = _letters_of(waiting)
    states = {letter.id: letter.state for letter in letters.values()}
    applied: list[tuple[Row[Any], Row[Any]]] = []
    arrived: list[int] = []
    for receipt in waiting:
        letter = letters.get(receipt.uuid) or letters.get(receipt.reference)
        if letter is None or not letter.left:
            _look_again(receipt, now=now)
            continue
        applied.append((receipt, letter))
        made = next_state(states[letter.id], receipt.says)
        if made == "delivered":
            arrived.append(letter.id)
        elif made:
            _move_arrived(arrived, now=now)  # the steps of a letter keep their order
            _move(letter, made, receipt, now=now)
        elif receipt.says == "soft-bounced" and states[letter.id] == "sent":
            _note_delay(letter, receipt)
        states[letter.id] = made or states[letter.id]
        _note_address(letter, receipt)
    _move_arrived(arrived, now=now)
    _note_applied(applied, now=now)
    return len(waiting)


def _look_again(receipt: Row[Any], *, now: datetime) -> None:
    """Put a receipt aside whose letter is not there yet; at the end of its day it is given up."""
    again = next_try(receipt.received_at, now=now)
    values = {"try_at": again} if again else {"given_up_at": now}
    _write(update(Receipt).where(Receipt.id == receipt.id).values(**values))


def _letters_of(waiting: Sequence[Row[Any]]) -> dict[Any, Row[Any]]:
    """Find the letters by each of their names; of two with one name the newer one is meant."""
    uuids = [one.uuid for one in waiting if one.uuid]
    references = [one.reference for one in waiting if one.reference]
    found: dict[Any, Row[Any]] = {}
    for letter in queries.lock_letters(uuids, references):
        found |= {letter.uuid: letter, letter.provider_ref: letter, letter.message_id: letter}
    found.pop(None, None)
    return found


def _move_arrived(letters: list[int], *, now: datetime) -> None:
    """Let all these letters be delivered at once: it is what nearly all receipts say."""
    if letters:
        _write(steps.arriving(), {"the_ids": letters, "the_now": now})
    letters.clear()


def _move(letter: Row[Any], made: str, receipt: Row[Any], *, now: datetime) -> None:
    values = taken(at=now) if made == "sent" else ended(made, at=now)
    values.pop("provider_ref", None)  # what the carrier called it is not forgotten
    values |= {"reason": receipt.answer, "sent_at": func.coalesce(Message.sent_at, now)}
    _write(update(Message).where(Message.id == letter.id).values(**values))


def _note_delay(letter: Row[Any], receipt: Row[Any]) -> None:
    """Let staff read why a letter that was taken has not arrived yet."""
    _write(update(Message).where(Message.id == letter.id).values(reason=receipt.answer))


def _note_address(letter: Row[Any], receipt: Row[Any]) -> None:
    """Write no more to an address that does not exist, or whose owner complained."""
    if receipt.says == "complained":
        suppress(letter.channel, letter.address, reason="complaint", letter_id=letter.id)
    elif is_hard(receipt.says, receipt.blame):
        suppress(letter.channel, letter.address, reason="hard-bounce", letter_id=letter.id)


def _note_applied(applied: Sequence[tuple[Row[Any], Row[Any]]], *, now: datetime) -> None:
    """Write what each receipt was applied to, and pause the addresses at which three letters came
    back softly within seven days."""
    hashes = [
        address_hash(letter.channel, letter.address) if is_soft(said.says, said.blame) else None
        for said, letter in applied
    ]
    facts: dict[str, Any] = {
        "the_ids": [receipt.id for receipt, _ in applied],
        "the_letters": [letter.id for _, letter in applied],
        "the_hashes": hashes,
        "the_now": now,
    }
    if applied:
        _write(steps.applying(), facts)
    soft = {hashed: letter for hashed, (_, letter) in zip(hashes, applied, strict=True) if hashed}
    for named, letter in soft.items():
        if queries.count_soft(named, now=now) >= SOFT_BOUNCES:
            suppress(
                letter.channel,
                letter.address,
                reason="soft-bounces",
                letter_id=letter.id,
                until=now + PAUSED_FOR,
            )


def _write(change: Update, facts: dict[str, Any] | None = None) -> None:
    db.session.execute(change, facts, execution_options={"synchronize_session": False})
