"""Who stands at the door: sessions, tokens, codes, roles and what else is their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import joinedload

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.policy import Grant
from volunteer_hub.people.models import ApiToken, Consent, Person, Preference, RoleGrant, SignInCode
from volunteer_hub.people.queries.persons import CLOCK, live, one
from volunteer_hub.people.rules.proofs import MOST_TRIES
from volunteer_hub.places.models import Place

Owned = TypeVar("Owned", Consent, ApiToken, Preference)


@dataclass(frozen=True, slots=True)
class Known:
    """Whoever a session or a token names, with the roles held right now."""

    person: Person
    grants: tuple[Grant, ...]
    token: ApiToken | None


# Asked by every request: building it each time costs more than asking. By session, by token.
_NOW = bindparam("now", type_=ApiToken.expires_at.type)
_OPENS = and_(ApiToken.revoked_at.is_(None), ApiToken.expires_at > _NOW)
_OPENS &= and_(ApiToken.person_id == Person.id, ApiToken.token_hash == bindparam("token_hash"))
_WHO = select(Person, RoleGrant.role, Place.path).where(Person.left_at.is_(None))
_WHO = _WHO.outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, live(_NOW)))
_WHO = _WHO.outerjoin(Place, Place.id == RoleGrant.place_id)
_BY_SESSION = _WHO.where(Person.id == bindparam("person_id"))
_BY_TOKEN = _WHO.add_columns(ApiToken).join(ApiToken, _OPENS)


def find_known(
    *, now: datetime, person_id: int | None = None, token_hash: str | None = None
) -> Known | None:
    """Read whom a session or a token names, and their live roles, in one statement."""
    asked = _BY_SESSION if token_hash is None else _BY_TOKEN
    known = {"now": now, "person_id": person_id, "token_hash": token_hash}
    rows = db.session.execute(asked, known).all()
    if not rows:
        return None
    grants = tuple(Grant(role, path) for _person, role, path, *_token in rows if role)
    person, _role, _path, *token = rows[0]
    return Known(person, grants, token[0] if token else None)


def list_grants(person_id: int) -> list[RoleGrant]:
    """List the roles a person holds right now, with their places."""
    wanted = select(RoleGrant).join(RoleGrant.place).options(joinedload(RoleGrant.place))
    wanted = wanted.where(RoleGrant.person_id == person_id, live(CLOCK))
    return list(db.session.scalars(wanted.order_by(Place.path, RoleGrant.role)))


def get_grant(person_id: int, grant_id: int) -> RoleGrant:
    wanted = select(RoleGrant).options(joinedload(RoleGrant.place))
    return one(wanted.where(RoleGrant.id == grant_id, RoleGrant.person_id == person_id))


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
    return one(select(ApiToken).where(ApiToken.id == token_id, ApiToken.person_id == person_id))
