"""Take letters out of the outbox for a while, and take back what was left lying."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, case, func, insert, update

from volunteer_hub.carriers.channels.outcome import Parcel
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.nights import Quiet
from volunteer_hub.messages.actions.ending import AT_REST, ended
from volunteer_hub.messages.models import Attempt, Message
from volunteer_hub.messages.queries import outbox as queries
from volunteer_hub.messages.queries.nights import own_hours
from volunteer_hub.messages.rules.times import GRACE, LEASE, may_wait

CARRIED = [
    getattr(Message, name)
    for name in Parcel.__dataclass_fields__
    if name not in ("carrier", "night")
]
KEEPS_NIGHT = (Message.kind, Message.due_at, Message.planned_at, Message.posted_at)


def reap(*, now: datetime) -> dict[str, int]:
    """Settle what a drain left behind when it was killed, and what waited too long.

    A claimed letter never reached the wire and is free again. A letter past the point of no
    return is unknown: only its own carrier is asked again, if that does no harm or its kind was
    posted that way.
    """
    moves = {
        "freed": update(Message)
        .where(Message.id.in_(queries.lease_over("claimed", now=now)))
        .values(state="pending", **AT_REST),
        "unknown": update(Message)
        .where(Message.id.in_(queries.lease_over("sending", now=now)))
        .values(
            state="unknown",
            lease_until=None,
            try_at=case((Message.key_until > now, now), else_=now + GRACE),
            reason="Nobody heard the answer",
        ),
        "missed": update(Message)
        .where(Message.id.in_(queries.too_late(now=now)))
        .values(**ended("missed", at=now, reason=_why_too_late())),
    }
    return {
        name: len(db.session.execute(move.returning(Message.id)).all())
        for name, move in moves.items()
    }


def _why_too_late() -> ColumnElement[str]:
    waited = "Its text was not approved by the provider in time"
    return case((queries.is_held_back(), waited), else_=Message.reason)


def claim(
    *,
    now: datetime,
    channels: Collection[str],
    limit: int,
    lanes: Collection[int] = queries.LANES,
) -> list[Parcel]:
    """Take up to `limit` due letters, each under a lease and a token of its own.

    Whoever takes them chooses their carriers, and begins.
    """
    due = queries.due(now=now, channels=channels, limit=limit, lanes=lanes)
    take = (
        update(Message)
        .where(Message.id.in_(due))
        .values(state="claimed", lease_until=now + LEASE, token=func.gen_random_uuid())
        .returning(*CARRIED, *KEEPS_NIGHT, own_hours())
    )
    rows = db.session.execute(take, execution_options={"synchronize_session": False}).mappings()
    return sorted(map(_packed, rows), key=lambda parcel: (parcel.lane, parcel.id))


def _packed(row: RowMapping) -> Parcel:
    """Pack a letter with the night it must not leave in, as its reader wants it now."""
    facts = dict(row)
    kind, due_at, planned_at, posted_at = (facts.pop(column.key) for column in KEEPS_NIGHT)
    own = facts.pop("own_hours")
    if facts["channel"] == "sms" and may_wait(kind, due=planned_at or due_at, now=posted_at):
        facts["night"] = Quiet.read(own, there=zone())
    return Parcel(**facts)


def begin(parcels: Collection[Parcel], *, now: datetime, phase: str = "claimed") -> None:
    """Open an attempt for each letter, with the carrier that was chosen."""
    begun = [
        {
            "message_id": parcel.id,
            "token": parcel.token,
            "started_at": now,
            "phase": phase,
            "carrier": parcel.carrier,
        }
        for parcel in parcels
    ]
    if begun:
        db.session.execute(insert(Attempt), begun)


def claim_unknown(*, carrier: str, now: datetime) -> Parcel | None:
    """Take one letter that this carrier may be handed once more, to learn what became of it.

    It is past the point of no return and stays there: killed now, it is unknown as before.
    """
    take = (
        update(Message)
        .where(Message.id.in_(queries.may_be_asked_again(now=now, carrier=carrier)))
        .values(
            state="sending",
            lease_until=now + LEASE,
            token=func.gen_random_uuid(),
            attempts=Message.attempts + 1,
        )
        .returning(*CARRIED)
    )
    row = db.session.execute(take, execution_options={"synchronize_session": False}).mappings()
    found = row.one_or_none()
    if found is None:
        return None
    parcel = replace(Parcel(**found), carrier=carrier)
    begin([parcel], now=now, phase="sending")
    return parcel


def release(parcels: Collection[Parcel], *, now: datetime) -> None:
    """Give letters back that were claimed but not tried; it does not count as an attempt."""
    tokens = [parcel.token for parcel in parcels]
    free = update(Message).where(Message.token.in_(tokens), Message.state == "claimed")
    db.session.execute(free.values(state="pending", **AT_REST))
    ended_early = update(Attempt).where(Attempt.token.in_(tokens))
    db.session.execute(ended_early.values(finished_at=now, answer="Given back untried"))
