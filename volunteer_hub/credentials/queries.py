"""Every question on what people can show.  What was revoked is listed, and never counts."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from volunteer_hub.credentials.models import Credential, CredentialType
from volunteer_hub.credentials.rules import DAY, NOTICES, Held, Validity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import seen
from volunteer_hub.people.rules.accounts import Scope
from volunteer_hub.people.rules.addresses import read_address

Thing = TypeVar("Thing")
LONGEST_NUMBER = 60  # characters of a volunteer number, a phone or an e-mail address
Later = aliased(Credential)


class Expiring(NamedTuple):
    """A credential that runs out; `whole` where the reader may see more than kind and days."""

    credential: Credential
    whole: bool


def held_by(person_id: int) -> Held:
    """Read all that stands for a person, in one statement."""
    return held_by_each([person_id])[person_id]


def held_by_each(person_ids: Collection[int]) -> dict[int, Held]:
    """Read all that stands for several people, in one statement."""
    wanted = select(
        Credential.person_id,
        Credential.kind,
        Credential.code,
        Credential.valid_from,
        Credential.valid_until,
    ).where(Credential.person_id.in_(person_ids), Credential.revoked_at.is_(None))
    spans: dict[int, dict[str, list[Validity]]] = {one: {} for one in person_ids}
    for person_id, kind, code, since, until in db.session.execute(
        wanted.order_by(Credential.valid_from)
    ):
        spans[person_id].setdefault(code or kind, []).append(Validity(since, until))
    return {person_id: _held(found) for person_id, found in spans.items()}


def list_types() -> list[CredentialType]:
    """List what coordinators choose from: trainings first, each kind by code."""
    in_order = (CredentialType.kind.desc(), CredentialType.code)
    return list(db.session.scalars(select(CredentialType).order_by(*in_order)))


def find_type(code: str) -> CredentialType | None:
    return db.session.scalars(
        select(CredentialType).where(CredentialType.code == code)
    ).one_or_none()


def get_credential(credential_id: int) -> Credential:
    """Read a credential with its type and its people."""
    return _one(select(Credential).where(Credential.id == credential_id).options(*_whole()))


def lock_credential(credential_id: int) -> Credential:
    """Let whoever else changes it wait until this transaction ends."""
    locked = select(Credential).where(Credential.id == credential_id)
    return _one(locked.with_for_update())


def get_standing(facts: dict[str, Any]) -> Credential:
    """Read the credential that stands already with these facts."""
    same = [getattr(Credential, name).is_not_distinct_from(value) for name, value in facts.items()]
    return _one(select(Credential).where(*same, Credential.revoked_at.is_(None)))


def page_of_person(person_id: int, *, after: str | None, limit: int = PAGE) -> Page[Credential]:
    """Read one page of a person's credentials, the newest first, the revoked among them."""
    wanted = select(Credential).where(Credential.person_id == person_id).options(*_whole())
    return read_page(wanted, keys=[Credential.id], after=after, limit=limit, descending=True)


def page_expiring(
    scope: Scope, *, whole: Scope, today: date, until: date, after: str | None
) -> Page[Expiring]:
    """Read one page of what runs out up to a day and is not renewed, the soonest first.

    :param whole: whose papers the reader sees with all their particulars
    """
    ends = func.coalesce(Credential.valid_until, date.max).label("ends")
    wanted: Any = (
        select(Credential, ends, Credential.id, seen(whole).label("whole"))
        .join(Credential.person)
        .where(seen(scope), _running_out(), Credential.valid_until.between(today, until))
        .options(*_whole())
    )
    page = read_page(wanted, keys=[ends, Credential.id], after=after, scalars=False)
    return page.map(lambda row: Expiring(row.Credential, row.whole))


def count_expiring(scope: Scope, *, today: date, until: date) -> int:
    """Count the same, without reading it."""
    soon = Credential.valid_until.between(today, until)
    counted = select(func.count(Credential.id)).join(Credential.person)
    return db.session.execute(counted.where(seen(scope), _running_out(), soon)).scalar_one()


def lock_untold(*, today: date, limit: int) -> Sequence[Credential]:
    """Lock some of those whose notice is due and was not sent; another worker's are left out."""
    told = func.coalesce(Credential.told_days, NOTICES[0][0] + 1)
    due = [
        and_(
            Credential.valid_until.between(today + low * DAY, today + high * DAY),
            told > notice,
            # What never held so long before its end is no news: a consent for one day.
            Credential.valid_from < Credential.valid_until - notice,
        )
        for notice, low, high in NOTICES
    ]
    wanted = (
        select(Credential)
        .join(Credential.person)
        .where(or_(*due), _running_out(), Person.left_at.is_(None))
        .options(
            joinedload(Credential.person).joinedload(Person.home_place), joinedload(Credential.type)
        )
        .order_by(Credential.valid_until, Credential.id)
        .limit(limit)
    )
    return db.session.scalars(wanted.with_for_update(of=Credential, skip_locked=True)).all()


def find_person(number: str) -> Person | None:
    """Find an open account by its whole volunteer number, phone or e-mail."""
    typed = number.strip()[:LONGEST_NUMBER]
    named = func.upper(Person.volunteer_no) == typed.upper()
    try:
        address = read_address(typed)
    except Refusal:
        pass
    else:
        column = Person.email if address.channel == "email" else Person.phone
        named = or_(named, column == address.value)
    found = select(Person).where(named, Person.left_at.is_(None))
    return db.session.scalars(found).one_or_none()


def _held(spans: dict[str, list[Validity]]) -> Held:
    found = {name: tuple(days) for name, days in spans.items()}
    insurances, consents = found.pop("insurance", ()), found.pop("guardian_consent", ())
    return Held(insurances, consents, found)


def _running_out() -> ColumnElement[bool]:
    """Say in SQL: it stands, and none of its sort goes on the day after it ends."""
    renewed = select(Later.id).where(
        Later.person_id == Credential.person_id,
        Later.kind == Credential.kind,
        Later.code.is_not_distinct_from(Credential.code),
        Later.revoked_at.is_(None),
        Later.valid_from <= Credential.valid_until + 1,
        or_(Later.valid_until.is_(None), Later.valid_until > Credential.valid_until),
    )
    return and_(Credential.revoked_at.is_(None), ~renewed.exists())


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Credential.type),
        joinedload(Credential.person, innerjoin=True).joinedload(Person.home_place),
        joinedload(Credential.guardian),
        joinedload(Credential.recorder, innerjoin=True),
    )


def _one(wanted: Select[Thing]) -> Thing:
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found
