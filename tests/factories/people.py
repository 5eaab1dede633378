from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import Person, RoleGrant
from volunteer_hub.places.models import Place

numbers = count(1)
LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)  # so that roles hold on whatever day a test plays


def make_person(
    name: str = "某人", *, role: str | None = None, at: Place | None = None, **more: Any
) -> Person:
    """A person with a phone and an e-mail of their own; with a role when one is named."""
    person = add_person(name, **more)
    db.session.flush()
    if role and at:
        add_grant(person, role, at)
        db.session.flush()
    return person


def add_person(name: str, **more: Any) -> Person:
    """The same, not yet written: several are written at once."""
    number = next(numbers)
    facts: dict[str, Any] = {
        "phone": f"+86138{number:08d}",
        "email": f"person{number}@example.org",
        "volunteer_no": f"TST-2026-{number:05d}",
        "birth_date": date(1970, 1, 1),
        "sort_key": f"ren {number:05d}",
    }
    person = Person(name=name, **(facts | more))
    db.session.add(person)
    return person


def add_grant(person: Person, role: str, at: Place) -> None:
    """Give a written person a role at a written place."""
    held = {"role": role, "place_id": at.id, "starts_at": LONG_AGO}
    db.session.add(RoleGrant(person_id=person.id, **held))
