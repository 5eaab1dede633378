"""What staff write about one shift: its words, rules and roles, all at once or not at all."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Unpack

from volunteer_hub.activities.models import Activity
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.actions import planning
from volunteer_hub.shifts.actions.words import Changes, RoleWords, Words
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.signups.actions import changing
from volunteer_hub.signups.actions.roles import write_roles
from volunteer_hub.signups.queries import signups


def plan_shift(
    *,
    activity: Activity,
    place: Place,
    roles: Sequence[RoleWords],
    title_zh: str,
    starts_at: datetime,
    ends_at: datetime,
    minimum: int,
    capacity: int,
    created_by: int | None,
    now: datetime,
    **words: Unpack[Words],
) -> Shift:
    """Plan a shift of an activity with its roles; it stays a draft until it is published.

    :raises ActivityIsCancelled: if its activity was called off
    :raises BrokenInput: naming every bad field
    """
    shift = planning.create_shift(
        activity=activity,
        place=place,
        title_zh=title_zh,
        starts_at=starts_at,
        ends_at=ends_at,
        minimum=minimum,
        capacity=capacity,
        created_by=created_by,
        now=now,
        **words,
    )
    if roles:
        write_roles(shift_id=shift.id, roles=roles, now=now)
    return shift


def edit_shift(
    *,
    shift_id: int,
    roles: Sequence[RoleWords],
    announce: bool,
    now: datetime,
    staying: Collection[int] | None = None,
    among: Collection[int] | None = None,
    **changes: Unpack[Changes],
) -> int:
    """Write a shift with its roles anew; who loses a place stands first in line and is told.

    :param staying: where there will be fewer places than people, the sign-ups that keep theirs
    :param among: those whom staff chose them from
    :returns: how many of those whom staff did not choose stand in line now
    :raises Refusal: whatever changing.change_shift and write_roles refuse
    """
    choice = {"staying": staying, "among": among}
    shift = changing.change_shift(
        shift_id=shift_id, announce=announce, now=now, **choice, **changes
    )
    if list(roles) != _roles_of(shift):
        write_roles(shift_id=shift_id, roles=roles, now=now, **choice)
    left = set(among or ()) - set(staying or ())
    waiting = [s.id for s in signups.list_live(shift_id) if s.state == "waitlisted"] if left else []
    return len(left.intersection(waiting))


def _roles_of(shift: Shift) -> list[RoleWords]:
    if not shift.by_role:
        return []
    known = list_roles(shift.id)
    return [RoleWords(**{n: getattr(r, n) for n in RoleWords.__annotations__}) for r in known]
