"""Questions about whom somebody signs up."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.groups.models import Companion
from volunteer_hub.groups.rules.companions import RESIDENT
from volunteer_hub.people.models import Person
from volunteer_hub.places.queries import ids_within
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

SHOWN = 5  # coming shifts beside a person
Paths = Collection[str]  # the places at which the helper may sign up residents right now


def get_companion(companion_id: int, *, helper_id: int, paths: Paths) -> Companion:
    """Read a live relation of the helper, with the person and their consent.

    :raises NotFound: if there is none, or it has ended
    """
    found = _live(helper_id, paths).where(Companion.id == companion_id)
    one = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if one is None:
        raise NotFound
    return one


def find_live(helper_id: int, *, person_id: int) -> Companion | None:
    """Find the live relation of two people, whatever the helper's roles are."""
    both = Companion.helper_id == helper_id, Companion.person_id == person_id
    found = select(Companion).where(*both, Companion.ended_at.is_(None))
    return db.session.scalars(found).one_or_none()


def count_own(helper_id: int) -> int:
    """Count the family and neighbours whom somebody signs up."""
    own = select(func.count(Companion.id)).where(
        Companion.helper_id == helper_id,
        Companion.ended_at.is_(None),
        Companion.relation != RESIDENT,
    )
    return db.session.execute(own).scalar_one()


def page_live(
    helper_id: int, *, paths: Paths, search: str, after: str | None, limit: int = PAGE
) -> Page[Companion]:
    """Read one page of whom somebody signs up, in the order in which they were added.

    :param search: a part of the name or its pinyin, or a whole volunteer number
    """
    live = _live(helper_id, paths)
    if search:
        live = live.where(_named(search))
    return read_page(live, keys=[Companion.id], after=after, limit=limit)


def relations_of(helper_id: int, *, person_ids: Collection[int], paths: Paths) -> dict[int, str]:
    """Tell how those of the people whom the helper may sign up are related, by their ids."""
    live = _live(helper_id, paths).where(Companion.person_id.in_(person_ids))
    found = live.execution_options(populate_existing=True)
    return {one.person_id: one.relation for one in db.session.scalars(found)}


def ids_about(person_id: int) -> list[int]:
    """List the live relations in which a person signs up others, or is signed up."""
    either = or_(Companion.helper_id == person_id, Companion.person_id == person_id)
    found = select(Companion.id).where(either, Companion.ended_at.is_(None))
    return list(db.session.scalars(found.order_by(Companion.id)))


def lock_companion(companion_id: int) -> Companion:
    """Read a relation as it is now and hold it."""
    held = select(Companion).where(Companion.id == companion_id)
    return db.session.scalars(held.with_for_update()).one()


def find_known(name: str, birth_date: date, *, through: int | None, paths: Paths) -> Person | None:
    """Find whoever was added before under this name and birth date, without an own address.

    :param through: among those reached through this person; None: among who live at the paths
    """
    found = select(Person).where(
        Person.name == name,
        Person.birth_date == birth_date,
        Person.phone.is_(None),
        Person.email.is_(None),
        Person.left_at.is_(None),
    )
    if through is not None:
        found = found.where(Person.reached_through_id == through)
    else:
        found = found.where(Person.home_place_id.in_(ids_within(paths)))
    return db.session.scalars(found.order_by(Person.id).limit(1)).one_or_none()


def hold_people(person_ids: Collection[int]) -> dict[int, Person]:
    """Let nobody else promise anything for these people meanwhile; always in the order of ids."""
    held = select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)
    held = held.options(joinedload(Person.home_place)).with_for_update(of=Person, key_share=True)
    return {person.id: person for person in db.session.scalars(held)}


def list_coming(
    person_ids: Collection[int], *, now: datetime, each: int = SHOWN
) -> dict[int, list[Signup]]:
    """List the next promises of each person, with their shifts, in one statement."""
    rank = func.row_number().over(
        partition_by=Signup.person_id, order_by=(Shift.starts_at, Signup.id)
    )
    ranked = (
        select(Signup.id, rank.label("rank"))
        .join(Signup.shift)
        .where(Signup.person_id.in_(person_ids), Signup.ended_at.is_(None), Shift.starts_at > now)
        .subquery()
    )
    found = (
        select(Signup)
        .join(ranked, ranked.c.id == Signup.id)
        .join(Signup.shift)
        .where(ranked.c.rank <= each)
        .order_by(Signup.person_id, ranked.c.rank)
        .options(
            contains_eager(Signup.shift).joinedload(Shift.activity, innerjoin=True),
            contains_eager(Signup.shift).joinedload(Shift.place, innerjoin=True),
        )
    )
    coming: dict[int, list[Signup]] = {person_id: [] for person_id in person_ids}
    for signup in db.session.scalars(found):
        coming[signup.person_id].append(signup)
    return coming


def _live(helper_id: int, paths: Paths) -> Select[Companion]:
    """Select live relations: residents only where the helper has a role right now, and nobody who
    has got a phone or an e-mail of their own meanwhile, for they sign up alone."""
    live = (
        Companion.helper_id == helper_id,
        Companion.ended_at.is_(None),
        Person.left_at.is_(None),
        Person.phone.is_(None),
        Person.email.is_(None),
        or_(Companion.relation != RESIDENT, Person.home_place_id.in_(ids_within(paths))),
    )
    person = contains_eager(Companion.person)
    return (
        select(Companion)
        .join(Companion.person)
        .where(*live)
        .options(person.joinedload(Person.home_place), joinedload(Companion.credential))
    )


def _named(search: str) -> ColumnElement[bool]:
    said = search.casefold()
    sounds = func.replace(Person.sort_key, " ", "").contains(said.replace(" ", ""), autoescape=True)
    called = func.lower(Person.name).contains(said, autoescape=True)
    return or_(called, sounds, func.lower(Person.volunteer_no) == said)
