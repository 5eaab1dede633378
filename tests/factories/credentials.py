from datetime import date
from typing import Any

from volunteer_hub.credentials.models import Credential
from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import Person

LONG_BEFORE = date(2026, 1, 1)
LONG_AFTER = date(2027, 12, 31)


def make_credential(
    person: Person, *, by: Person, kind: str = "insurance", **more: Any
) -> Credential:
    """A paper that holds for two years; one of the seeded types when a code is given."""
    facts: dict[str, Any] = {"valid_from": LONG_BEFORE, "valid_until": LONG_AFTER}
    credential = Credential(person_id=person.id, kind=kind, recorded_by=by.id, **(facts | more))
    db.session.add(credential)
    db.session.flush()
    return credential


def make_training(
    person: Person, *, by: Person, code: str = "first-aid", **more: Any
) -> Credential:
    return make_credential(person, by=by, kind="training", code=code, **more)


def make_consent(child: Person, guardian: Person, *, by: Person, **more: Any) -> Credential:
    return make_credential(child, by=by, kind="guardian_consent", guardian_id=guardian.id, **more)
