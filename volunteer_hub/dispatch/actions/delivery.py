"""The drain: hand over what is due, so that no letter is lost and none is handed over twice.

1. reap    what a killed drain left: claimed is free again, sending becomes unknown
2. claim   a few due letters under a lease, each with its carrier; committed
3. prepare connect, introduce, name the recipient; no transaction is open, failures are certain
4. mark    the point of no return: guarded by token, lease, expiry and suppression; committed
5. hand over, and record the answer by the same token

Where a carrier bears several letters under way, 3 to 5 are done for a window of them at once.
Every decision about time uses the clock given, which is the database's.
"""

import logging
import threading
import time
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from volunteer_hub.carriers.channels.outcome import Parcel
from volunteer_hub.dispatch.actions import claiming
from volunteer_hub.dispatch.actions.carrying import (
    DeliveryCount,
    Drain,
    ask_again,
    deliver_one,
    keep_what_was_heard,
)
from volunteer_hub.dispatch.actions.crew import Clock, Crew
from volunteer_hub.dispatch.actions.windows import deliver_together
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.threads import beside
from volunteer_hub.messages.queries import outbox as queries
from volunteer_hub.messages.rules.states import LANE_CODES
from volunteer_hub.messages.rules.times import HALF_A_LEASE

log = logging.getLogger(__name__)
BATCH = 20
CODES_EVERY, REAPS_EVERY = 0.5, 5.0  # seconds: what does not wait for a long drain to end


def deliver(
    *, clock: Clock, seconds: float = 25.0, lanes: Sequence[int] = queries.LANES
) -> DeliveryCount:
    """Deliver until nothing is due or the time is over; any number may run at once.

    Opens and commits its own transactions: call it outside of any.
    """
    ends = time.monotonic() + seconds
    mine = Drain(clock, Crew(clock), DeliveryCount(), ends)
    aside = DeliveryCount()
    try:
        _reap(mine)
        _ask_again(mine)
        with beside(lambda stop: _look_after_the_urgent(clock, ends, aside, stop)):
            _drain(mine, lanes)
    finally:
        _close(mine)
    for outcome, letters in aside.as_dict().items():
        mine.count.add(outcome, letters)
    return mine.count


def _look_after_the_urgent(
    clock: Clock, ends: float, count: DeliveryCount, stop: threading.Event
) -> None:
    """While the drain beside this runs long: codes do not wait for it, nor do ended leases."""
    if stop.wait(CODES_EVERY):
        return
    drain = Drain(clock, Crew(clock), count, ends)
    reap_at = time.monotonic() + REAPS_EVERY
    try:
        while not stop.wait(CODES_EVERY):
            _drain(drain, (LANE_CODES,))
            if time.monotonic() >= reap_at:
                reap_at = time.monotonic() + REAPS_EVERY
                _reap(drain)
    except SQLAlchemyError as error:
        log.warning("Nobody looks after codes for a while: %s", type(error).__name__)
    finally:
        _close(drain)


def _reap(drain: Drain) -> None:
    """Take back what a killed drain left lying."""
    with transaction():
        reaped = claiming.reap(now=drain.clock())
    drain.count.add("unknown", reaped["unknown"])
    drain.count.add("missed", reaped["missed"])


def _ask_again(drain: Drain) -> None:
    """Ask each carrier again what became of a letter, where that does no harm."""
    with transaction():
        drain.crew.look(now=drain.clock())
    for name in drain.crew.channels:
        while drain.crew.is_free(name) and not drain.is_over():
            with transaction():
                parcel = claiming.claim_unknown(carrier=name, now=drain.clock())
            if parcel is None:
                break
            ask_again(parcel, drain)


def _drain(drain: Drain, lanes: Sequence[int]) -> None:
    """Deliver what is due in these lanes until nothing is left or the time is over."""
    while not drain.is_over():
        with transaction():
            parcels = drain.crew.claim(now=drain.clock(), lanes=lanes, limit=BATCH)
        if parcels:
            _deliver_batch(parcels, drain)
        elif not _waited_for_a_token(drain):
            break


def _waited_for_a_token(drain: Drain) -> bool:
    """Wait if letters are due and their carrier bears no more right now."""
    thirsty = drain.crew.thirsty()
    if not thirsty:
        return False
    with transaction():
        is_waiting = queries.is_waiting(now=drain.clock(), channels=thirsty)
    if is_waiting:
        time.sleep(min(thirsty.values()))
    return is_waiting


def _deliver_batch(parcels: list[Parcel], drain: Drain) -> None:
    """Deliver what was claimed; give back what there is no time for or no carrier."""
    ends = min(drain.ends, time.monotonic() + HALF_A_LEASE)
    untried = []
    while parcels:
        those = drain.crew.together(parcels)
        parcels = [parcel for parcel in parcels if all(parcel is not one for one in those)]
        if those[0].carrier in drain.crew.down or time.monotonic() >= ends:
            untried += those
            continue
        for parcel in deliver_together(those, drain) if len(those) > 1 else those:
            if parcel.carrier in drain.crew.down:
                untried.append(parcel)
            else:
                drain.count.add(deliver_one(parcel, drain))
    keep_what_was_heard(drain)
    if untried:
        with transaction():
            claiming.release(untried, now=drain.clock())


def _close(drain: Drain) -> None:
    for channel in drain.crew.channels.values():
        channel.close()
