from collections.abc import Callable

import pytest
from flask import Flask

from tests.signups.invariants import faults
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.actions import joining
from volunteer_hub.signups.models import Signup


@pytest.fixture
def join(app: Flask) -> Callable[..., Signup]:
    """Let people join in a transaction of its own, who take a freed place unasked."""

    def join(shift: Shift, person: Person, **more) -> Signup:
        ask = joining.Ask(instant=more.pop("instant", True), role_id=more.pop("role_id", None))
        with transaction():
            return joining.join(
                **{"shift_id": shift.id, "person": person, "now": utc_now(), "ask": ask} | more
            )

    return join


@pytest.fixture
def leave(app: Flask) -> Callable[..., None]:
    """Let somebody go in a transaction of its own."""

    def leave(signup: Signup, *, by_staff: bool = False, **more) -> None:
        with transaction():
            joining.leave(
                signup_id=signup.id,
                now=more.pop("now", utc_now()),
                by=more.pop("by", None),
                by_staff=by_staff,
                **more,
            )

    return leave


@pytest.fixture
def sound(app: Flask) -> Callable[[], bool]:
    """Tell that no invariant is broken."""

    def sound() -> bool:
        assert faults() == []
        return True

    return sound
