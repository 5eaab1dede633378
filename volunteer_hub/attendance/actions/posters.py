"""Switch the fixed code of a shift's poster on and off.  The door commits.

A poster can be photographed and used from home; staff switch it on for days of low risk, and both
switches stand in the audit trail.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from volunteer_hub.attendance.models import PosterCode
from volunteer_hub.attendance.rules import codes as rules
from volunteer_hub.attendance.rules.presence import ensure_runs
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.database import db
from volunteer_hub.shifts.models import Shift


def switch_on(*, shift: Shift, by: int, now: datetime) -> bool:
    """Let a poster check people in on this shift; say whether it was off before.

    :raises ShiftDoesNotRun, ShiftHasEnded: a poster would be of no use
    """
    ensure_runs(shift.state)
    rules.ensure_not_over(shift.span, now=now)
    facts = {"made_by": by, "made_at": now, "revoked_at": None}
    made = insert(PosterCode).values(shift_id=shift.id, **facts)
    was_off = PosterCode.revoked_at.is_not(None)
    made = made.on_conflict_do_update(index_elements=["shift_id"], set_=facts, where=was_off)
    done = db.session.execute(made.returning(PosterCode.shift_id)).first()
    return _note("switched_poster_on", shift, by, done)


def switch_off(*, shift: Shift, by: int, now: datetime) -> bool:
    """Make the poster and all its prints void; say whether it was on before."""
    ended = update(PosterCode).where(
        PosterCode.shift_id == shift.id, PosterCode.revoked_at.is_(None)
    )
    done = db.session.execute(ended.values(revoked_at=now).returning(PosterCode.shift_id)).first()
    return _note("switched_poster_off", shift, by, done)


def _note(verb: str, shift: Shift, by: int, done: object) -> bool:
    if done is not None:
        audit.record(verb, f"shift:{shift.id}", place_path=shift.place.path, actor_id=by)
    return done is not None
