"""Every select() on accounts, roles, proofs and consents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.foundation.policy import Grant
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.messages.rules.readers import Reader, mask
from volunteer_hub.people.models import ApiToken, Consent, Person, Preference, RoleGrant, SignInCode
from volunteer_hub.people.rules.accounts import INVENTED_DOMAIN, Scope
from volunteer_hub.people.rules.addresses import read_address
from volunteer_hub.people.rules.proofs import MOST_TRIES
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import ids_within, steps

Thing = TypeVar("Thing")
Owned = TypeVar("Owned", Consent, ApiToken, Preference)
CLOCK = func.clock_timestamp()  # the database's
AT_HOME = select(Person).options(joinedload(Person.home_place))


@dataclass(frozen=True, slots=True)
class Known:
    """Whoever a session or a token names, with the roles held right now."""

    person: Person
    grants: tuple[Grant, ...]
    token: ApiToken | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the directory: no address is whole."""

    id: int
    name: str
    volunteer_no: str
    address: str
    home_place: Place | None
    roles: tuple[str, ...]


def get_person(person_id: int) -> Person:
    """Read a person together with their home place."""
    return _one(AT_HOME.where(Person.id == person_id))


def get_visible(person_id: int, scope: Scope) -> Person:
    """Read a person whom the scope reaches, with their home place, or nobody."""
    return _one(AT_HOME.where(Person.id == person_id, seen(scope)))


def find_by_address(address: str) -> Person | None:
    """Find the account by a phone or an e-mail as people type it."""
    try:
        value = read_address(address).value
    except Refusal:
        return None
    column = Person.email if "@" in value else Person.phone
    return db.session.scalars(select(Person).where(column == value)).one_or_none()


def find_known(
    *, now: datetime, person_id: int | None = None, token_hash: str | None = None
) -> Known | None:
    """Read whom a session or a token names, and their live roles, in one statement."""
    opens = and_(ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
    opens = and_(opens, ApiToken.person_id == Person.id, ApiToken.token_hash == token_hash)
    wanted = select(Person, ApiToken, RoleGrant.role, Place.path).outerjoin(ApiToken, opens)
    wanted = wanted.outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, _live(now)))
    wanted = wanted.outerjoin(Place, Place.id == RoleGrant.place_id).where(Person.left_at.is_(None))
    named = Person.id == person_id if token_hash is None else ApiToken.id.is_not(None)
    rows = db.session.execute(wanted.where(named)).all()
    if not rows:
        return None
    grants = tuple(Grant(role, path) for _person, _token, role, path in rows if role)
    return Known(rows[0][0], grants, rows[0][1])


def list_people(ids: Iterable[int]) -> list[Person]:
    """List people by their ids, in the order of their names."""
    wanted = select(Person).where(Person.id.in_(list(ids)))
    return list(db.session.scalars(wanted.order_by(Person.sort_key, Person.id)))


def holders(role: str, path: str) -> list[Person]:
    """List who holds the role right now at the place or above it: who is to be told."""
    held = select(RoleGrant.person_id).join(RoleGrant.place)
    held = held.where(RoleGrant.role == role, Place.path.in_(steps(path)), _live(CLOCK))
    wanted = select(Person).where(Person.id.in_(held), Person.left_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Person.sort_key, Person.id)))


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
    held = select(RoleGrant.person_id, RoleGrant.role).where(_live(CLOCK))
    held = held.where(RoleGrant.person_id.in_([person.id for person in page.items]))
    roles = {(owner, role) for owner, role in db.session.execute(held)}
    return page.map(lambda person: _listed(person, {r for owner, r in roles if owner == person.id}))


def list_grants(person_id: int) -> list[RoleGrant]:
    """List the roles a person holds right now, with their places."""
    wanted = select(RoleGrant).join(RoleGrant.place).options(joinedload(RoleGrant.place))
    wanted = wanted.where(RoleGrant.person_id == person_id, _live(CLOCK))
    return list(db.session.scalars(wanted.order_by(Place.path, RoleGrant.role)))


def get_grant(person_id: int, grant_id: int) -> RoleGrant:
    wanted = select(RoleGrant).options(joinedload(RoleGrant.place))
    return _one(wanted.where(RoleGrant.id == grant_id, RoleGrant.person_id == person_id))


def reader_of(person: Person, *, kind: str | None = None, place_path: str = "/") -> Reader:
    """Say where and how a person wants letters, of this kind if one is named."""
    return readers_of([person], kind=kind, place_path=place_path)[person.id]


def readers_of(
    people: Sequence[Person], *, kind: str | None = None, place_path: str = "/"
) -> dict[int, Reader]:
    """Say it of many people with one statement, or two if some are reached through others."""
    absent = {person.go_between_id for person in people if person.go_between_id}
    between = {one.id: one for one in list_people(absent)} if absent else {}
    ends = [(person, between.get(person.go_between_id or 0, person)) for person in people]
    reachable = [end.id for _person, end in ends if end.remind_by and kind is not None]
    said = select(Preference.person_id, Preference.channel).where(Preference.wanted.is_(False))
    said = said.where(Preference.person_id.in_(reachable), Preference.kind == kind)
    unwanted = {tuple(row) for row in db.session.execute(said)} if reachable else set()
    return {
        person.id: Reader(
            *(person.id, person.name, end.language, end.email, end.phone),
            frozenset(c for c in end.remind_by if end.is_active and (end.id, c) not in unwanted),
            place_path,
        )
        for person, end in ends
    }


def masked(address: str | None) -> str:
    """Show a phone number or an e-mail address so that only its owner knows it: 138****5678."""
    return mask(address) if address else ""


def list_asks(address: str, *, since: datetime) -> list[datetime]:
    """List when codes went to the address."""
    asked = select(SignInCode.made_at).where(SignInCode.address == address)
    asked = asked.where(SignInCode.channel != "link", SignInCode.made_at > since)
    return list(db.session.scalars(asked))


def lock_address(address: str) -> None:
    """Let whoever else asks for codes to the address wait until this transaction ends."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(address, 7))))


def lock_proof(
    *, now: datetime, address: str | None = None, link_hash: str | None = None
) -> SignInCode | None:
    """Lock the code of an address, or the link with this hash, if it can still be used."""
    linked = and_(SignInCode.channel == "link", SignInCode.code_hash == link_hash)
    coded = and_(SignInCode.channel != "link", SignInCode.address == address)
    still = and_(SignInCode.used_at.is_(None), SignInCode.expires_at > now)
    which = and_(SignInCode.tries < MOST_TRIES, linked if address is None else coded)
    wanted = select(SignInCode).where(still, which).order_by(SignInCode.id.desc()).limit(1)
    return db.session.scalars(wanted.with_for_update()).one_or_none()


def has_consent(person_id: int, purpose: str, version: str) -> bool:
    given = [one for one in list_own(Consent, person_id) if one.withdrawn_at is None]
    return any(one.purpose == purpose and one.version == version for one in given)


def list_own(kind: type[Owned], person_id: int) -> list[Owned]:
    """List a person's consents, API tokens or preferences, the newest first."""
    wanted = select(kind).where(kind.person_id == person_id)
    return list(db.session.scalars(wanted.order_by(kind.id.desc())))


def get_token(person_id: int, token_id: int) -> ApiToken:
    return _one(select(ApiToken).where(ApiToken.id == token_id, ApiToken.person_id == person_id))


def ids_by_email(emails: Sequence[str]) -> dict[str, int]:
    """Find the accounts of many e-mail addresses at once."""
    found = select(Person.email, Person.id).where(Person.email.in_(list(emails)))
    return {str(email): person_id for email, person_id in db.session.execute(found)}


def ids_by_prefix(prefix: str) -> list[int]:
    """List the accounts that were opened for load tests, in the order of their numbers."""
    invented = Person.email.endswith(f"@{INVENTED_DOMAIN}")
    wanted = select(Person.id).where(invented, Person.email.startswith(f"{prefix}-"))
    return list(db.session.scalars(wanted.order_by(Person.email)))


def _one(wanted: Select[Thing]) -> Thing:
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found


def _live(now: Any) -> ColumnElement[bool]:
    still = or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)
    return and_(RoleGrant.starts_at <= now, still)


def seen(scope: Scope) -> ColumnElement[bool]:
    """Say in SQL: the person's account is open, and the scope reaches it."""
    if scope.everywhere:
        return Person.left_at.is_(None)
    places = ids_within(scope.paths)
    staff = select(RoleGrant.person_id).where(RoleGrant.place_id.in_(places), _live(CLOCK))
    ways = [Person.home_place_id.in_(places), Person.id.in_(staff)]
    if scope.homeless:
        ways.append(Person.home_place_id.is_(None))
    return and_(Person.left_at.is_(None), or_(*ways))


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
