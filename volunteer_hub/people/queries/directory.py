"""The directory of accounts, page by page."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.people.models import Person, RoleGrant
from volunteer_hub.people.queries.persons import AT_HOME, CLOCK, live, seen
from volunteer_hub.people.queries.readers import masked
from volunteer_hub.people.rules.accounts import Scope
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import ids_within


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the directory: no address is whole."""

    id: int
    name: str
    volunteer_no: str
    address: str
    home_place: Place | None
    roles: tuple[str, ...]


def page_directory(
    scope: Scope, *, search: str, path: str | None, after: str | None
) -> Page[Listed]:
    """Read one page, by pinyin, of whom the scope reaches and, if given, who live below the path.

    :param search: a part of the name or its pinyin, a volunteer number, or four last digits
    """
    wanted = AT_HOME.where(seen(scope))
    if search:
        wanted = wanted.where(_named(search))
    if path:
        wanted = wanted.where(Person.home_place_id.in_(ids_within([path])))
    page = read_page(wanted, keys=[Person.sort_key, Person.id], after=after)
    held = select(RoleGrant.person_id, RoleGrant.role).where(live(CLOCK))
    held = held.where(RoleGrant.person_id.in_([person.id for person in page.items]))
    roles = {(owner, role) for owner, role in db.session.execute(held)}
    return page.map(lambda person: _listed(person, {r for owner, r in roles if owner == person.id}))


def _named(search: str) -> ColumnElement[bool]:
    text = search.casefold()
    if text.isdecimal() and len(text) == 4:
        return Person.phone.endswith(text)
    sounds = func.replace(Person.sort_key, " ", "").contains(text.replace(" ", ""), autoescape=True)
    called = func.lower(Person.name).contains(text, autoescape=True)
    return or_(called, sounds, func.lower(Person.volunteer_no) == text)


def _listed(person: Person, roles: set[str]) -> Listed:
    address, home = masked(person.phone or person.email), person.home_place
    return Listed(person.id, person.name, person.volunteer_no, address, home, tuple(sorted(roles)))
