"""Keep what is said of letters later on."""

from collections.abc import Collection, Sequence
from datetime import datetime

from volunteer_hub.carriers.channels import outcome
from volunteer_hub.foundation import bells
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import local_day
from volunteer_hub.receipts.actions.applying import apply_waiting
from volunteer_hub.receipts.actions.steps import keeping
from volunteer_hub.receipts.rules.outcomes import Heard, shorten


def keep(heard: Collection[Heard], *, now: datetime, ring: bool = True) -> int:
    """Store receipts for good; the same one brought again changes nothing.

    :param ring: let a worker apply them soon
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
    columns = {f"the_{name}": [row[name] for row in rows] for name in rows[0]}
    count = len(db.session.scalars(keeping(), columns).all())
    if count and ring:
        bells.ring("receipts-waiting")
    return count


def keep_from_network(receipts: Sequence[outcome.Receipt], *, now: datetime) -> None:
    """Keep what a message centre said (SMPP), and apply what can be applied at once."""
    day = local_day(now).isoformat()
    heard = [
        Heard(
            "smpp",
            # A centre's numbers come round again: they tell receipts of one day apart.
            f"{day}:{one.reference}:{one.answer}",
            None,
            one.reference,
            "delivered" if one.arrived else "bounced",
            "nobody" if one.arrived else "mailbox",
            one.answer,
        )
        for one in receipts
    ]
    if keep(heard, now=now, ring=False):
        apply_waiting(now=now)
