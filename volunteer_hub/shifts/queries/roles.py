"""Questions about the roles of a shift."""

from collections.abc import Sequence

from sqlalchemy import select

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.shifts.models import ShiftRole


def list_roles(shift_id: int) -> Sequence[ShiftRole]:
    """List the roles of a shift as they are now, in the order they were made; a handful."""
    found = select(ShiftRole).where(ShiftRole.shift_id == shift_id).order_by(ShiftRole.id)
    return db.session.scalars(found.execution_options(populate_existing=True)).all()


def find_role(role_id: int | None) -> ShiftRole | None:
    """Read a role as it is now; the shift's lock keeps it so."""
    if role_id is None:
        return None
    found = select(ShiftRole).where(ShiftRole.id == role_id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def get_role(shift_id: int, role_id: int) -> ShiftRole:
    """Read a role of this shift.

    :raises NotFound: if it is none of this shift
    """
    role = db.session.get(ShiftRole, role_id, populate_existing=True)
    if role is None or role.shift_id != shift_id:
        raise NotFound
    return role
