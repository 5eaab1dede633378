"""Give roles for a place, and take them back."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.people.models import Person, RoleGrant
from volunteer_hub.people.rules.accounts import PersonHasLeft, RoleIsHeld, RoleIsOver
from volunteer_hub.places.models import Place


def grant_role(
    *, person: Person, role: str, place: Place, granted_by: int | None, now: datetime
) -> RoleGrant:
    """Give a role for the place and everything below it, from now on.

    :raises PersonHasLeft: if the account is closed
    :raises RoleIsHeld: if the person holds it there already
    """
    if person.left_at:
        raise PersonHasLeft
    grant = RoleGrant(person=person, role=role, place=place, starts_at=now, granted_by=granted_by)
    try:
        with attempt():
            db.session.add(grant)
    except IntegrityError as error:
        if violated(error) == "uq_role_grant_live":
            raise RoleIsHeld from error
        raise
    return grant


def end_role(*, grant: RoleGrant, now: datetime) -> None:
    """Take a role back.

    :raises RoleIsOver: if it ended before
    """
    if grant.ends_at:
        raise RoleIsOver
    grant.ends_at = max(now, grant.starts_at + timedelta(microseconds=1))  # clocks may differ
