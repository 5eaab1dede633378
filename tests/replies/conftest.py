"""People who signed up, and phones that were asked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import current_app

from tests.factories.activities import make_activity
from tests.factories.shifts import make_shift
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.actions import joining
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.rules.answers import write_token

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shift_of() -> Callable[..., Shift]:
    """Plan a shift at a place, tomorrow unless said otherwise."""

    def plan(place: Place, *, ahead: timedelta = DAY, title_zh: str = "共享集市", **more) -> Shift:
        with transaction():
            starts_at = (database_now() + ahead).replace(microsecond=0)
            activity = make_activity(place, starts_at=starts_at, title_zh=title_zh)
            return make_shift(place, activity=activity, spot_zh="社区广场", **more)

    return plan


@pytest.fixture
def join() -> Callable[..., Signup]:
    """Sign somebody up in a transaction of its own."""

    def join(shift: Shift, person: Person, **ask) -> Signup:
        with transaction():
            fresh = db.session.get_one(Person, person.id)
            return joining.join(
                shift_id=shift.id, person=fresh, now=database_now(), ask=joining.Ask(**ask)
            )

    return join


@pytest.fixture
def proof() -> Callable[..., str]:
    """Write the token of a link: proof(signup, "leave")."""

    def write_proof(signup: Signup, verb: str, *, person_id: int | None = None) -> str:
        person_id = person_id or signup.person_id
        key = current_app.config["SECRET_KEY"]
        return write_token(signup_id=signup.id, person_id=person_id, verb=verb, key=key)

    return write_proof
