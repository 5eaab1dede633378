"""Which accounts there are, and whom a scope reaches."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.people.models import Person, RoleGrant
from volunteer_hub.people.rules.accounts import INVENTED_DOMAIN, Scope
from volunteer_hub.people.rules.addresses import read_address
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import ids_within, steps

Thing = TypeVar("Thing")
CLOCK = func.clock_timestamp()  # the database's
AT_HOME = select(Person).options(joinedload(Person.home_place))


def live(now: Any) -> ColumnElement[bool]:
    still = or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)
    return and_(RoleGrant.starts_at <= now, still)


def get_person(person_id: int) -> Person:
    """Read a person together with their home place."""
    return one(AT_HOME.where(Person.id == person_id))


def get_visible(person_id: int, scope: Scope) -> Person:
    """Read a person whom the scope reaches, with their home place, or nobody."""
    return one(AT_HOME.where(Person.id == person_id, seen(scope)))


def find_by_address(address: str) -> Person | None:
    """Find the account by a phone or an e-mail as people type it."""
    try:
        value = read_address(address).value
    except Refusal:
        return None
    column = Person.email if "@" in value else Person.phone
    return db.session.scalars(select(Person).where(column == value)).one_or_none()


def list_people(ids: Iterable[int]) -> list[Person]:
    """List people by their ids, in the order of their names."""
    wanted = select(Person).where(Person.id.in_(list(ids)))
    return list(db.session.scalars(wanted.order_by(Person.sort_key, Person.id)))


def holders(role: str, path: str) -> list[Person]:
    """List who holds the role right now at the place or above it: who is to be told."""
    held = select(RoleGrant.person_id).join(RoleGrant.place)
    held = held.where(RoleGrant.role == role, Place.path.in_(steps(path)), live(CLOCK))
    wanted = select(Person).where(Person.id.in_(held), Person.left_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Person.sort_key, Person.id)))


def ids_by_email(emails: Sequence[str]) -> dict[str, int]:
    """Find the accounts of many e-mail addresses at once."""
    found = select(Person.email, Person.id).where(Person.email.in_(list(emails)))
    return {str(email): person_id for email, person_id in db.session.execute(found)}


def ids_by_prefix(prefix: str) -> list[int]:
    """List the accounts that were opened for load tests, in the order of their numbers."""
    invented = Person.email.endswith(f"@{INVENTED_DOMAIN}")
    wanted = select(Person.id).where(invented, Person.email.startswith(f"{prefix}-"))
    return list(db.session.scalars(wanted.order_by(Person.email)))


def one(wanted: Select[Thing]) -> Thing:
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found


def seen(scope: Scope) -> ColumnElement[bool]:
    """Say in SQL: the person's account is open, and the scope reaches it."""
    if scope.everywhere:
        return Person.left_at.is_(None)
    places = ids_within(scope.paths)
    staff = select(RoleGrant.person_id).where(RoleGrant.place_id.in_(places), live(CLOCK))
    ways = [Person.home_place_id.in_(places), Person.id.in_(staff)]
    if scope.homeless:
        ways.append(Person.home_place_id.is_(None))
    return and_(Person.left_at.is_(None), or_(*ways))
