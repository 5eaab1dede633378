"""Who must be chosen from when a shift, or a role of it, will have fewer places than people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from volunteer_hub.shifts.actions.words import RoleWords
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries.signups import list_confirmed


@dataclass(frozen=True, slots=True)
class Serving:
    """Somebody with a place, and how many shifts they served of late."""

    signup: Signup
    served: int


@dataclass(frozen=True, slots=True)
class Cut:
    """More people than there will be places: on the whole shift, or in one role of it."""

    role: ShiftRole | None
    places: int
    people: list[Serving]


def list_cuts(
    shift: Shift, *, capacity: int, roles: Sequence[RoleWords], since: datetime
) -> list[Cut]:
    """List where people must be chosen from; places kept for groups are nobody's choice."""
    people = [Serving(signup, served) for signup, served in list_confirmed(shift.id, since=since)]
    if not shift.by_role:
        return [Cut(None, max(capacity - shift.reserved, 0), people)]
    wanted = {role["id"]: role["capacity"] for role in roles}
    cuts = [
        Cut(role, wanted[role.id], [one for one in people if one.signup.role_id == role.id])
        for role in list_roles(shift.id)
        if role.id in wanted
    ]
    return [cut for cut in cuts if len(cut.people) > cut.places]
