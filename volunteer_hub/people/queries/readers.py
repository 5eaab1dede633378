"""Where and how people want letters."""

from collections.abc import Sequence

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Text,
    bindparam,
    func,
    select,
)

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.rules.readers import Reader, deciding, mask, ways
from volunteer_hub.people.models import Person, Preference
from volunteer_hub.people.queries.persons import list_people

_UNWANTED = select(Preference.person_id, Preference.channel).where(
    Preference.wanted.is_(False),
    Preference.person_id == func.any(bindparam("people", type_=ARRAY(BigInteger))),
    Preference.kind == func.any(bindparam("kinds", type_=ARRAY(Text))),
)


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
    reachable = [end.id for _person, end in ends if end.remind_by and deciding(kind)]
    asked = {"people": reachable, "kinds": list(deciding(kind))}
    unwanted = {tuple(row) for row in db.session.execute(_UNWANTED, asked)} if reachable else set()
    return {
        person.id: Reader(
            *(person.id, person.name, end.language, end.email, end.phone),
            frozenset(way for way in ways(kind, end) if (end.id, way) not in unwanted),
            place_path,
        )
        for person, end in ends
    }


def masked(address: str | None) -> str:
    """Show a phone number or an e-mail address so that only its owner knows it: 138****5678."""
    return mask(address) if address else ""
