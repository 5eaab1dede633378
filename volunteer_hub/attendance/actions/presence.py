"""Mark who came.  Each verb is all or nothing; the door commits.

Every mark first holds the person: two coordinators who press at once are heard one after the
other, on whichever shifts, and the second is told what the first has done.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from volunteer_hub.attendance.models import Presence
from volunteer_hub.attendance.queries import presence as queries
from volunteer_hub.attendance.rules import presence as rules
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import local_day
from volunteer_hub.hours.actions.hours import record
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.queries import hours as hours_queries
from volunteer_hub.hours.rules import hours as hours_rules
from volunteer_hub.people.models import Person
from volunteer_hub.places.queries import get_place
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries.signups import lock_person
from volunteer_hub.signups.rules.joining import ensure_old_enough

AT_ONCE = 200  # forgotten check-outs in one run


def check_in(
    *, shift: Shift, person: Person, now: datetime, by: int | None, method: str = "board"
) -> Presence:
    """Write down that the person came; somebody without a place is a walk-in.

    :param method: board, qr (the person themself, who needs a place) or paper
    :raises CheckInIsNotOpen, ShiftDoesNotRun, AlreadyCheckedIn, NotSignedUp, PresentElsewhere:
    """
    rules.ensure_runs(shift.state)
    rules.ensure_check_in_is_open(shift.span, now=now)
    lock_person(person.id)
    signup = queries.find_signup(shift.id, person.id)
    if signup is None:
        ensure_may_walk_in(shift, person, method=method)
    close(queries.lock_finished(person.id, now=now), now=now)
    presence = queries.lock_presence_of(shift.id, person.id)
    rules.ensure_may_become(state_of(presence), "present", name=person.name)
    ensure_nowhere_else(person, shift_id=shift.id, since=now, until=None)
    presence = presence or start(shift, person, signup)
    put(presence, "present", by=by, now=now, checked_in_at=now, method=method)
    note("checked_in", presence, shift=shift, by=by, method=method)
    return presence


def check_out(*, presence_id: int, now: datetime, by: int | None) -> Hours:
    """Write down that the person left, and the minutes that follow; they wait for a second person.

    :raises NotCheckedIn: unless the person is there
    :raises LeavesBeforeArriving, NothingWasServed: see rules.hours.served_minutes
    """
    presence = queries.lock_presence(presence_id)
    rules.ensure_may_become(presence.state, "left", name=presence.person.name)
    assert presence.checked_in_at is not None, "the table says so of everybody present"
    minutes = hours_rules.served_minutes(presence.checked_in_at, now, span=presence.shift.span)
    put(presence, "left", by=by, now=now, checked_out_at=now)
    note("checked_out", presence, shift=presence.shift, by=by)
    return count(presence, minutes=minutes, source="clocked", by=by, now=now)


def mark_absent(
    *,
    shift: Shift,
    person: Person,
    state: str,
    by: int | None,
    now: datetime,
    method: str = "board",
) -> Presence:
    """Write down that the person did not come: no_show or excused.

    :raises ShiftDoesNotRun, HasNoPlace, NobodyIsLateYet, PersonCame, AlreadyMarked:
    """
    rules.ensure_runs(shift.state)
    if state == "no_show":
        rules.ensure_begun(shift.span, now=now)
    lock_person(person.id)
    signup = queries.find_signup(shift.id, person.id)
    if signup is None:
        raise rules.HasNoPlace(name=person.name)
    presence = queries.lock_presence_of(shift.id, person.id)
    rules.ensure_may_become(state_of(presence), state, name=person.name)
    presence = presence or start(shift, person, signup)
    put(presence, state, by=by, now=now, method=method)
    note("marked_absent", presence, shift=shift, by=by, state=state)
    return presence


def undo(
    *, shift: Shift, person: Person, by: int | None, now: datetime, seen: str | None = None
) -> str:
    """Take the last mark back and say which state that leaves.

    :param seen: the mark that the reader wants to take back; None: whichever is the last
    :raises NothingToUndo: if the person has no mark
    :raises MarkedMeanwhile: if the last mark is another one by now
    :raises HoursAreSettled: if hours followed that others have looked at since
    """
    lock_person(person.id)
    presence = queries.lock_presence_of(shift.id, person.id)
    if presence is None:
        raise rules.NothingToUndo(name=person.name)
    rules.ensure_still(presence.state, seen or presence.state, name=person.name)
    back = rules.step_back(presence.state, name=person.name)
    note("undid_mark", presence, shift=shift, by=by, state=presence.state)
    if back == rules.EXPECTED:
        db.session.delete(presence)
        db.session.flush()
    else:
        _return(presence, by=by, now=now)
    return back


def close_forgotten(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Check out at the shift's end who is still there four hours later; safe to run twice.

    :returns: how many were closed; as many as `limit` means that more may wait
    """
    return close(queries.lock_forgotten(now=now, limit=limit), now=now)


def ensure_nowhere_else(
    person: Person, *, shift_id: int, since: datetime, until: datetime | None
) -> None:
    """Refuse a stay during which the person is, or was, on another shift.

    :raises PresentElsewhere: nobody serves at two places at once
    """
    if queries.find_overlapping(person.id, shift_id=shift_id, since=since, until=until):
        raise rules.PresentElsewhere(name=person.name)


def start(shift: Shift, person: Person, signup: Signup | None) -> Presence:
    """Make the person's row on the shift; its state follows at once."""
    presence = Presence(shift_id=shift.id, person_id=person.id)
    presence.shift, presence.person = shift, person
    presence.signup_id = signup.id if signup else None
    return presence


def put(presence: Presence, state: str, *, by: int | None, now: datetime, **more: Any) -> None:
    """Write the row's new state and who marked it."""
    marked = {"state": state, "marked_by": by, "marked_at": now}
    for name, value in (marked | more).items():
        setattr(presence, name, value)
    db.session.add(presence)
    db.session.flush()


def state_of(presence: Presence | None) -> str:
    """Say where somebody stands; without a row nothing was marked yet."""
    return presence.state if presence else rules.EXPECTED


def ensure_may_walk_in(shift: Shift, person: Person, *, method: str) -> None:
    """Refuse who may not serve without a place.

    :raises NotSignedUp: by code nobody walks in
    :raises TooYoung, BirthDateIsNeeded: see shifts.rules.joining
    """
    if method == "qr":
        raise rules.NotSignedUp
    ensure_old_enough(
        minimum_age=shift.minimum_age,
        birth_date=person.birth_date,
        day=local_day(shift.starts_at),
    )


def _return(presence: Presence, *, by: int | None, now: datetime) -> None:
    """Make somebody who left present again; the minutes that followed are gone with it.

    Minutes from paper are undone by whoever typed them in; others reject them, with a reason.
    """
    for hours in hours_queries.lock_of_person(presence.shift_id, presence.person_id):
        typed = hours.source == "confirmed_by_leader" and by is not None and hours.recorded_by == by
        if hours.state != "recorded" or not (hours.source == "clocked" or typed):
            raise hours_rules.HoursAreSettled
        db.session.delete(hours)
    assert presence.checked_in_at is not None, "the table says so of everybody who left"
    ensure_nowhere_else(
        presence.person, shift_id=presence.shift_id, since=presence.checked_in_at, until=None
    )
    put(presence, "present", by=by, now=now, checked_out_at=None)


def close(forgotten: Iterable[Presence], *, now: datetime) -> int:
    """Check these people out at the end of their shifts, and say how many they were."""
    closed = 0
    for presence in forgotten:
        assert presence.checked_in_at is not None, "the table says so of everybody present"
        span, arrived = presence.shift.span, presence.checked_in_at
        left = rules.forgotten_check_out(arrived, span=span)
        put(presence, "left", by=None, now=now, checked_out_at=left)
        closed += 1
        note("closed_forgotten", presence, shift=presence.shift, by=None)
        try:
            minutes = hours_rules.served_minutes(arrived, left, span=span)
        except hours_rules.NothingWasServed:
            continue  # the shift was moved away from the check-in: there is nothing to count
        reason = hours_rules.FORGOTTEN
        count(
            presence, minutes=minutes, source="confirmed_by_leader", by=None, now=now, reason=reason
        )
    return closed


def count(presence: Presence, **facts: Any) -> Hours:
    """Write down the minutes that follow from a stay that has ended; facts as hours.record's."""
    assert presence.checked_in_at is not None, "the table says so of everybody who left"
    assert presence.checked_out_at is not None, "and so it does here"
    stay = Span(presence.checked_in_at, presence.checked_out_at)
    signup_id = presence.signup_id
    return record(presence.shift, presence.person, stay=stay, signup_id=signup_id, **facts)


def note(verb: str, presence: Presence, *, shift: Shift, by: int | None, **facts: str) -> None:
    """Write into the audit trail what was marked for whom."""
    audit.record(
        verb,
        f"presence:{presence.id}",
        place_path=get_place(shift.place_id).path,
        actor_id=by,
        shift=shift.id,
        person=presence.person_id,
        **facts,
    )
