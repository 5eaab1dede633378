"""Places kept for a group or a partner unit, and given to everybody again."""

from datetime import datetime

from volunteer_hub.foundation.database import db
from volunteer_hub.shifts import rules
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import shifts
from volunteer_hub.signups.actions.line import move_lines


def keep_places(*, shift_id: int, places: int, now: datetime) -> Shift:
    """Keep so many free places; only `Ask(kept=True)` takes one of them.

    :raises NotFound: if there is no such shift
    :raises ShiftIsCancelled, ShiftIsOver: it needs nobody any more
    :raises NotSoManyFree: if fewer are free
    """
    shift = shifts.lock_shift(shift_id)
    rules.ensure_goes_on(state=shift.state, span=shift.span, now=now)
    if shift.free < places:
        raise rules.NotSoManyFree(free=shift.free)
    shift.reserved += places
    db.session.flush()
    return shift


def release_places(*, shift_id: int, places: int, now: datetime) -> Shift:
    """Give kept places that nobody took to everybody; the line moves.

    :raises NotFound: if there is no such shift
    """
    shift = shifts.lock_shift(shift_id)
    shift.reserved -= min(places, shift.reserved)
    db.session.flush()
    move_lines([shift], now=now)
    return shift
