"""Carry a window of text messages: marked together, submitted one after another, written together.

Each counts for itself all the same. What cannot go with the others goes alone, by carrying.py.
"""

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Update

from volunteer_hub.carriers.channels.outcome import (
    HandOverFailed,
    NotNow,
    Parcel,
    Taken,
    Unclear,
)
from volunteer_hub.dispatch.actions import recording
from volunteer_hub.dispatch.actions.carrying import (
    BROKE,
    RECEIPTS_EVERY,
    STOOD_STILL,
    Drain,
    deliver_one,
    insist,
    keep_what_was_heard,
    settle_failure,
    settle_taken,
)
from volunteer_hub.dispatch.actions.steps import leaving_together, taking_together
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.nights import is_quiet
from volunteer_hub.messages.rules.readers import address_hash
from volunteer_hub.messages.rules.states import LANE_CODES
from volunteer_hub.messages.rules.times import HALF_A_LEASE, LEASE

log = logging.getLogger(__name__)
Said = tuple[Parcel, Taken | HandOverFailed]


def deliver_together(parcels: Sequence[Parcel], drain: Drain) -> list[Parcel]:
    """Carry letters of one carrier; give those that have to go alone, if they may go at all."""
    first, *others = parcels
    try:
        drain.crew.channels[first.carrier].prepare(first)
    except HandOverFailed as failed:
        drain.count.add(deliver_one(first, drain, failed=failed))
        return others
    began = time.monotonic()
    with transaction():
        marked = _mark(parcels, drain)
    leaving = [parcel for parcel in parcels if parcel.id in marked]
    for said in _hand_over(leaving, drain, began):
        _write_down(said, drain)
    keep_what_was_heard(drain, every=RECEIPTS_EVERY)
    return [parcel for parcel in parcels if parcel.id not in marked]


def _mark(parcels: Sequence[Parcel], drain: Drain) -> Collection[int]:
    """Say that these are about to leave; give the ids of those that may, with the others."""
    now = drain.clock()
    awake = [one for one in parcels if not (one.night and is_quiet(now, *one.night))]
    said: dict[str, Any] = {
        "the_ids": [one.id for one in awake],
        "the_tokens": [one.token for one in awake],
        "the_addresses": [address_hash(one.channel, one.address) for one in awake],
        "the_now": now,
        "the_lease": now + LEASE,
        "the_carrier": parcels[0].carrier,
    }
    db.session.execute(recording.WAIT_FOR_THE_DISK)
    return _ids(leaving_together(), said)


def _hand_over(parcels: list[Parcel], drain: Drain, began: float) -> Iterator[Sequence[Said]]:
    """Take the last step; whatever breaks there leaves none without a word."""
    if not parcels:
        return
    if time.monotonic() - began > HALF_A_LEASE:
        yield [(parcel, NotNow(STOOD_STILL)) for parcel in parcels]
        return
    channel: Any = drain.crew.channels[parcels[0].carrier]
    silent = {parcel.id: parcel for parcel in parcels}
    try:
        for said in channel.hand_over_all(parcels):
            for parcel, _ in said:
                del silent[parcel.id]
            yield said
    except Exception:  # somewhere behind the point of no return
        log.exception("%s messages broke while they were handed over", len(silent))
    yield [(parcel, Unclear(BROKE)) for parcel in silent.values()]


def _write_down(said: Sequence[Said], drain: Drain) -> None:
    """Write what the other side has together, and what it has not one by one."""
    written: set[int] = set()
    # Of a code more is to be written: that its address works.
    those = [
        (one, came) for one, came in said if isinstance(came, Taken) and one.lane != LANE_CODES
    ]
    if len(those) > 1:
        insist(lambda: written.update(_record(those, drain)))
    for parcel, came in said:
        if not isinstance(came, Taken):
            drain.count.add(settle_failure(parcel, came, drain))
            continue
        drain.count.add("sent")
        if parcel.id in written:
            drain.crew.note(parcel, None, clock=drain.clock)
        else:
            settle_taken(parcel, came, drain)


def _record(those: Sequence[tuple[Parcel, Taken]], drain: Drain) -> Collection[int]:
    recording.need_not_last()
    said: dict[str, Any] = {
        "the_ids": [one.id for one, _ in those],
        "the_tokens": [one.token for one, _ in those],
        "the_answers": [recording.safe(one, came.answer) for one, came in those],
        "the_references": [came.reference for _, came in those],
        "the_now": drain.clock(),
    }
    return _ids(taking_together(), said)


def _ids(statement: Update, said: dict[str, Any]) -> Collection[int]:
    options = {"synchronize_session": False}
    return set(db.session.scalars(statement, said, execution_options=options))
