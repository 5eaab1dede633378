from datetime import date, timedelta
from itertools import count
from typing import Any

from tests.factories.credentials import make_consent
from tests.factories.people import make_person
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db
from volunteer_hub.groups.models import Companion, Reservation
from volunteer_hub.people.models import Person
from volunteer_hub.people.rules.proofs import hash_token
from volunteer_hub.shifts.models import Shift

tokens = count(1)


def make_reached(through: Person, name: str = "林小宝", **more: Any) -> Person:
    """A person without an address, reached through another; of age unless said otherwise."""
    facts = {"phone": None, "email": None, "reached_through_id": through.id}
    return make_person(name, **(facts | {"home_place_id": through.home_place_id} | more))


def make_companion(helper: Person, person: Person | None = None, **more: Any) -> Companion:
    """Somebody of age who told the helper that they agree; or, relation="child", a child of ten
    with the helper's consent as the guardian."""
    name = more.pop("name", "林小宝")
    child = more.get("relation") == "child"
    if person is None:
        born = {"birth_date": date(2016, 5, 1)} if child else {}
        person = make_reached(helper, name, **(born | more.pop("facts", {})))
    facts: dict[str, Any] = {
        "relation": "neighbour",
        "consent_by": "guardian" if child else "own_word",
        "consent_text": "我同意。",
        "consented_at": utc_now(),
        "recorded_by": helper.id,
    }
    if child:
        facts["credential_id"] = make_consent(person, helper, by=helper).id
    companion = Companion(helper_id=helper.id, person=person, **(facts | more))
    db.session.add(companion)
    db.session.flush()
    return companion


def make_reservation(shift: Shift, contact: Person, **more: Any) -> Reservation:
    """Two places kept until a day before the shift; `token`: the secret of its link."""
    facts: dict[str, Any] = {
        "name_zh": "兰州银行志愿队",
        "name_en": "Bank of Lanzhou team",
        "places": 2,
        "until": shift.starts_at - timedelta(days=1),
        "token_digest": hash_token(more.pop("token", f"link-{next(tokens)}")),
        "created_by": contact.id,
        "created_at": utc_now(),
    }
    found = Reservation(shift_id=shift.id, contact_id=contact.id, **(facts | more))
    shift.reserved += found.places
    db.session.add(found)
    db.session.flush()
    return found
