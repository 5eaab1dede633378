"""The line moves: whoever waited longest and is free then gets the place that became free.

Whoever moves places holds the shift's row; several shifts are held in the order of their ids.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import IntegrityError, OperationalError

from volunteer_hub.foundation.database import attempt, may_be_tried_again, violated
from volunteer_hub.shifts.letters import news
from volunteer_hub.shifts.models import Shift, Signup
from volunteer_hub.shifts.queries import seats

NO_OVERLAP = "ex_signup_no_overlap"


def move_lines(held: Iterable[Shift], *, now: datetime) -> None:
    """Fill what is free on shifts that are held, in order, and tell who came up."""
    for shift in held:
        while shift.is_open(now) and shift.free > 0 and shift.waiting:
            signup = seats.next_in_line(shift)
            if signup is None:
                break
            if _promote(signup, now=now):
                shift.confirmed += 1
                shift.waiting -= 1
                news.promoted(signup, shift=shift, now=now)


def _promote(signup: Signup, *, now: datetime) -> bool:
    """Give the place, unless the person was promised elsewhere this very moment."""
    try:
        with attempt():
            signup.state, signup.rank, signup.confirmed_at = "confirmed", None, now
    except IntegrityError as error:
        if violated(error) != NO_OVERLAP:
            raise
        return False
    except OperationalError as error:  # two lines gave one person a place: one must let go
        if not may_be_tried_again(error):
            raise
        return False
    return True
