"""Divide a shift into roles, each with places of its own."""

from collections.abc import Sequence
from datetime import datetime

from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import localized
from volunteer_hub.shifts import rules
from volunteer_hub.shifts.actions.words import RoleWords
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.queries import roles as queries
from volunteer_hub.shifts.queries import shifts
from volunteer_hub.signups.actions.line import move_lines
from volunteer_hub.signups.queries import signups


def write_roles(*, shift_id: int, roles: Sequence[RoleWords], now: datetime) -> Shift:
    """Write the roles of a shift; without any its places are the shift's own again.

    The shift's places and least number of people are the sums of its roles'.

    :raises NotFound: if there is no such shift, or role of it
    :raises ShiftIsCancelled, ShiftIsOver:
    :raises RolesComeTooLate: if people signed up before there were roles
    :raises RoleIsTaken: if a role would be lost, or hold fewer than have or are offered a place
    :raises BrokenInput: naming each bad field as roles-N-field
    """
    shift = shifts.lock_shift(shift_id)
    rules.ensure_goes_on(state=shift.state, span=shift.span, now=now)
    known = {role.id: role for role in queries.list_roles(shift.id)}
    rules.ensure_roles_are_sound([(r["minimum"], r["capacity"]) for r in roles])
    live = len(signups.list_live(shift.id))
    rules.ensure_may_divide(by_role=shift.by_role, wanted=bool(roles), live=live)
    kept = {role["id"] for role in roles if role["id"] is not None}
    for role in known.values():
        if role.id not in kept:
            _remove(role)
    for words in roles:
        _write(shift, known.get(words["id"] or 0), words)
    if roles:
        shift.capacity = sum(role["capacity"] for role in roles)
        shift.minimum = sum(role["minimum"] for role in roles)
    shift.by_role = bool(roles)
    db.session.flush()
    record("divided", f"shift:{shift.id}", place_path=shift.place.path, roles=len(roles))
    move_lines([shift], now=now)
    return shift


def _write(shift: Shift, role: ShiftRole | None, words: RoleWords) -> None:
    if words["id"] is not None:
        role = role or queries.get_role(shift.id, words["id"])
        taken = role.confirmed + role.offered
        if words["capacity"] < taken:
            raise rules.RoleIsTaken(persons=taken, role=localized(role, "title"))
    role = role or ShiftRole(shift_id=shift.id)
    role.title_zh, role.title_en = words["title_zh"], words["title_en"]
    role.minimum, role.capacity, role.need = words["minimum"], words["capacity"], words["need"]
    db.session.add(role)


def _remove(role: ShiftRole) -> None:
    persons = signups.count_of_role(role.id)
    if persons:
        raise rules.RoleIsTaken(persons=persons, role=localized(role, "title"))
    db.session.delete(role)
