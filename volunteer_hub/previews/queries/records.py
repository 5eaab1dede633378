"""Papers that run out, amounts of money, and what coordinators wrote."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from volunteer_hub.credentials.models import Credential
from volunteer_hub.credentials.rules import ADULT
from volunteer_hub.foundation.database import db
from volunteer_hub.funding.models import Entry
from volunteer_hub.mailings.models import Mailing
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import seen
from volunteer_hub.people.rules.accounts import Scope
from volunteer_hub.places.queries import within
from volunteer_hub.previews.queries.shifts import whole
from volunteer_hub.projects.models import Project


class Paper(NamedTuple):
    """A paper, and whether all of its particulars may be read."""

    credential: Credential
    whole: bool


def find_paper(people: Scope, *, whole: Scope, today: date) -> Paper | None:
    """Find what runs out next of the people reached.

    Nobody below 18: each look into their papers is written down, and to see the words of a letter
    is no reason for one.
    """
    of_age = Person.birth_date + func.make_interval(ADULT) <= today
    wanted = (
        select(Credential, seen(whole))
        .join(Credential.person)
        .options(
            joinedload(Credential.person, innerjoin=True).joinedload(Person.home_place),
            joinedload(Credential.type),
        )
        .where(
            seen(people),
            or_(Person.birth_date.is_(None), of_age),
            Credential.kind != "guardian_consent",
            Credential.revoked_at.is_(None),
            Credential.valid_until >= today,
        )
        .order_by(Credential.valid_until, Credential.id)
    )
    found = db.session.execute(wanted.limit(1)).one_or_none()
    return Paper(*found) if found else None


def find_entry(paths: Collection[str]) -> Entry | None:
    """Find the newest amount, one that waits for approval before the others."""
    wanted = (
        select(Entry)
        .join(Entry.project)
        .join(Project.place)
        .options(joinedload(Entry.project, innerjoin=True).joinedload(Project.place))
        .where(within(paths), Entry.reverses_id.is_(None))
        .order_by((Entry.state == "draft").desc(), Entry.id.desc())
    )
    return db.session.scalars(wanted.limit(1)).one_or_none()


def find_mailing(paths: Collection[str], *, shift_id: int | None) -> Mailing | None:
    """Find the newest mailing, about the shift if one is named; one on its way or a draft."""
    wanted = (
        select(Mailing)
        .join(Mailing.place)
        .options(
            joinedload(Mailing.place, innerjoin=True),
            joinedload(Mailing.maker, innerjoin=True),
            joinedload(Mailing.activity),
            *whole(joinedload(Mailing.shift)),
        )
        .where(within(paths))
    )
    if shift_id is not None:
        wanted = wanted.where(Mailing.shift_id == shift_id)
    return db.session.scalars(wanted.order_by(Mailing.id.desc()).limit(1)).one_or_none()
