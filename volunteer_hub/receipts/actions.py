"""Keep what is said of letters later on, and let it become true of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, update
from sqlalchemy.dialects.postgresql import insert

from volunteer_hub.carriers.channels import outcome
from volunteer_hub.foundation import bells
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import local_day
from volunteer_hub.messages.actions.ending import ended, taken
from volunteer_hub.messages.actions.recording import suppress
from volunteer_hub.messages.models import Message, Suppression
from volunteer_hub.messages.rules.readers import address_hash
from volunteer_hub.receipts import queries
from volunteer_hub.receipts.models import Receipt
from volunteer_hub.receipts.rules.outcomes import (
    LIFT_WORDS,
    PAUSED_FOR,
    REMEMBERED,
    SOFT_BOUNCES,
    Heard,
    ReasonIsNeeded,
    is_hard,
    is_soft,
    next_state,
    next_try,
    shorten,
)

BATCH = 100


def keep(heard: Collection[Heard], *, now: datetime) -> int:
    """Store receipts for good; the same one brought again changes nothing.

    :returns: how many are new
    """
    rows = [
        one._asdict()
        | {
            "event_id": one.event_id[:300],
            "answer": shorten(one.answer),
            "occurred_at": min(one.occurred_at or now, now),
            "received_at": now,
            "try_at": now,
        }
        for one in heard
        if one.uuid or one.reference
    ]
    if not rows:
        return 0
    new = insert(Receipt).values(rows).on_conflict_do_nothing().returning(Receipt.id)
    count = len(db.session.execute(new).all())
    if count:
        bells.ring("receipts-waiting")
    return count


def keep_from_network(receipts: Sequence[outcome.Receipt], *, now: datetime) -> None:
    """Keep what a message centre said (SMPP), and apply what can be applied at once."""
    heard = [
        Heard(
            "smpp",
            # A centre's numbers come round again: they tell receipts of one day apart.
            f"{local_day(now).isoformat()}:{one.reference}:{one.answer}",
            None,
            one.reference,
            "delivered" if one.arrived else "bounced",
            "nobody" if one.arrived else "mailbox",
            one.answer,
        )
        for one in receipts
    ]
    if keep(heard, now=now):
        apply_waiting(now=now)


def apply_waiting(*, now: datetime, limit: int = BATCH) -> int:
    """Let up to `limit` receipts become true of their letters; say how many were looked at.

    A receipt whose letter is not there yet, or has not left yet, waits; after a day it is given up.
    """
    waiting = queries.lock_waiting(now=now, limit=limit)
    if not waiting:
        return 0
    letters = _letters_of(waiting)
    states = {letter.id: letter.state for letter in letters.values()}
    for receipt in waiting:
        letter = letters.get(receipt.uuid) or letters.get(receipt.reference)
        if letter is None or not letter.left:
            again = next_try(receipt.received_at, now=now)
            receipt.try_at, receipt.given_up_at = again or receipt.try_at, None if again else now
            continue
        made = next_state(states[letter.id], receipt.says)
        if made:
            _move(letter, made, receipt, now=now)
            states[letter.id] = made
        elif receipt.says == "soft-bounced" and states[letter.id] == "sent":
            _note_delay(letter, receipt)
        _note_address(letter, receipt, now=now)
        receipt.applied_at, receipt.message_id = now, letter.id
    db.session.flush()
    _pause_where_due(waiting, letters, now=now)
    return len(waiting)


def _letters_of(waiting: Sequence[Receipt]) -> dict[Any, Row[Any]]:
    """Find the letters by each of their names; of two with one name the newer one is meant."""
    uuids = [one.uuid for one in waiting if one.uuid]
    references = [one.reference for one in waiting if one.reference]
    found: dict[Any, Row[Any]] = {}
    for letter in queries.lock_letters(uuids, references):
        found |= {letter.uuid: letter, letter.provider_ref: letter, letter.message_id: letter}
    found.pop(None, None)
    return found


def _move(letter: Row[Any], made: str, receipt: Receipt, *, now: datetime) -> None:
    values = taken(at=now) if made == "sent" else ended(made, at=now)
    if receipt.says != "delivered":
        values["reason"] = receipt.answer
    values.pop("provider_ref", None)  # what the carrier called it is not forgotten
    values["sent_at"] = func.coalesce(Message.sent_at, now)
    db.session.execute(
        update(Message).where(Message.id == letter.id).values(**values),
        execution_options={"synchronize_session": False},
    )


def _note_delay(letter: Row[Any], receipt: Receipt) -> None:
    """Let staff read why a letter that was taken has not arrived yet."""
    db.session.execute(
        update(Message).where(Message.id == letter.id).values(reason=receipt.answer),
        execution_options={"synchronize_session": False},
    )


def _note_address(letter: Row[Any], receipt: Receipt, *, now: datetime) -> None:
    """Write no more to an address that does not exist, or whose owner complained."""
    if receipt.says == "complained":
        suppress(letter.channel, letter.address, reason="complaint", letter_id=letter.id)
    elif is_hard(receipt.says, receipt.blame):
        suppress(letter.channel, letter.address, reason="hard-bounce", letter_id=letter.id)
    elif is_soft(receipt.says, receipt.blame):
        receipt.address_hash = address_hash(letter.channel, letter.address)


def _pause_where_due(
    waiting: Sequence[Receipt], letters: dict[Any, Row[Any]], *, now: datetime
) -> None:
    """Pause the addresses at which three letters came back softly within seven days."""
    by_id = {letter.id: letter for letter in letters.values()}
    soft = {one.address_hash: by_id[one.message_id] for one in waiting if one.address_hash}
    for named, letter in soft.items():
        if queries.count_soft(named, now=now) >= SOFT_BOUNCES:
            suppress(
                letter.channel,
                letter.address,
                reason="soft-bounces",
                letter_id=letter.id,
                until=now + PAUSED_FOR,
            )


def end_pauses(*, now: datetime) -> int:
    """Write again to the addresses whose pause is over, and forget receipts of long ago."""
    over = delete(Suppression).where(Suppression.until <= now).returning(Suppression.id)
    ended_now = len(db.session.execute(over).all())
    db.session.execute(delete(Receipt).where(Receipt.received_at < now - REMEMBERED))
    return ended_now


def lift(suppression_id: int, *, reason: str) -> Suppression:
    """Let an address be written to again; what came back so far counts no more.

    :raises ReasonIsNeeded: if none of the reasons was given
    """
    if reason not in LIFT_WORDS:
        raise ReasonIsNeeded
    found = queries.lock_address(suppression_id)
    forgive = update(Receipt).where(Receipt.address_hash == found.address_hash)
    db.session.execute(forgive.values(address_hash=None))
    db.session.delete(found)
    return found
