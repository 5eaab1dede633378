"""Divide a shift into roles, each with places of its own."""

from collections.abc import Collection, Sequence
from datetime import datetime

from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import localized
from volunteer_hub.shifts import rules
from volunteer_hub.shifts.actions.words import RoleWords
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.queries import roles as queries
from volunteer_hub.shifts.queries import shifts
from volunteer_hub.signups.actions import cutting
from volunteer_hub.signups.actions.line import move_lines
from volunteer_hub.signups.queries import signups


def write_roles(
    *,
    shift_id: int,
    roles: Sequence[RoleWords],
    now: datetime,
    staying: Collection[int] | None = None,
    among: Collection[int] | None = None,
) -> Shift:
    """Write the roles of a shift; without any its places are the shift's own again.

    The shift's places and least number of people are the sums of its roles'.

    :param staying: where a role will have fewer places than people, the sign-ups that keep theirs
    :param among: those whom staff chose them from
    :raises NotFound: if there is no such shift, or role of it
    :raises ShiftIsCancelled, ShiftIsOver:
    :raises RolesComeTooLate: if people signed up before there were roles
    :raises RoleIsTaken: if a role would be lost that people hold or wait for
    :raises CapacityBelowConfirmed, NobodyIsChosen, PlacesAreKept: staff choose first who stays
    :raises PeopleHaveChanged: if others are confirmed than those staff chose from
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
    named = [(_role_of(shift, words), words) for words in roles]
    places = [(role, words["capacity"]) for role, words in named if role.id is not None]
    going = cutting.fit_into_roles(shift, places=places, staying=staying, among=among)
    for role, words in named:
        _write(role, words)
    _add_up(shift, roles)
    db.session.flush()
    cutting.tell(going, shift=shift, now=now)
    record("divided", f"shift:{shift.id}", place_path=shift.place.path, roles=len(roles))
    move_lines([shift], now=now)
    return shift


def _role_of(shift: Shift, words: RoleWords) -> ShiftRole:
    if words["id"] is None:
        return ShiftRole(shift_id=shift.id)
    return queries.get_role(shift.id, words["id"])


def _add_up(shift: Shift, roles: Sequence[RoleWords]) -> None:
    """Let the shift have the places of its roles; what is overbooked stays so, and no more."""
    if roles:
        capacity = sum(role["capacity"] for role in roles)
        left = capacity + shift.capacity_extra - shift.confirmed - shift.offered
        rules.ensure_keeps_fit(places=left, reserved=shift.reserved)
        shift.capacity_extra = min(shift.capacity_extra, max(shift.taken - capacity, 0))
        shift.capacity = capacity
        shift.minimum = sum(role["minimum"] for role in roles)
    shift.by_role = bool(roles)


def _write(role: ShiftRole, words: RoleWords) -> None:
    role.title_zh, role.title_en = words["title_zh"], words["title_en"]
    role.minimum, role.capacity, role.need = words["minimum"], words["capacity"], words["need"]
    db.session.add(role)


def _remove(role: ShiftRole) -> None:
    persons = signups.count_of_role(role.id)
    if persons:
        raise rules.RoleIsTaken(persons=persons, role=localized(role, "title"))
    db.session.delete(role)
