from typing import Any

from sqlalchemy.dialects.postgresql import Range

from tests.factories.activities import make_activity
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup


def make_shift(place: Place, *, activity: Activity | None = None, **more: Any) -> Shift:
    """A published shift with five places, over the whole of its activity."""
    times = {name: more[name] for name in ("starts_at", "ends_at") if name in more}
    activity = activity or make_activity(place, **times)
    facts: dict[str, Any] = {
        "title_zh": "引导与签到",
        "title_en": "Guiding and check-in",
        "risk_notice_zh": "广场冬季地面可能结冰。",
        "risk_notice_en": "The square may be icy in winter.",
        "starts_at": activity.starts_at,
        "ends_at": activity.ends_at,
        "capacity": 5,
        "state": "published",
    }
    shift = Shift(activity_id=activity.id, place_id=place.id, **(facts | more))
    db.session.add(shift)
    db.session.flush()
    return shift


def make_signup(shift: Shift, person: Person, **more: Any) -> Signup:
    """A confirmed place on the shift, counted; or, state="waitlisted", the last one in its line."""
    ends = {k: more.pop(k) for k in ("state", "ended_at") if more.get("ended_at") and k in more}
    waits = more.get("state") == "waitlisted"
    facts: dict[str, Any] = {
        "state": "confirmed",
        "during": Range(shift.starts_at, shift.ends_at),
        "joined_at": utc_now(),
        "confirmed_at": None if waits else utc_now(),
        "rank": shift.next_rank if waits else None,
    }
    signup = Signup(shift_id=shift.id, person_id=person.id, **(facts | more))
    if waits:
        shift.waiting, shift.next_rank = shift.waiting + 1, shift.next_rank + 1
    elif signup.state == "confirmed":
        shift.confirmed += 1
    db.session.add(signup)
    db.session.flush()
    if ends:
        shift.confirmed -= 1
        signup.state, signup.ended_at = ends["state"], ends["ended_at"]
        db.session.flush()
    return signup
