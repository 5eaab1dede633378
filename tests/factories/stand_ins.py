from typing import Any

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import Person
from volunteer_hub.signups.models import Signup
from volunteer_hub.stand_ins.models import StandInRequest


def make_request(signup: Signup, *, invited: Person | None = None, **more: Any) -> StandInRequest:
    """Somebody looks for anybody, or asks one person."""
    facts: dict[str, Any] = {"note": "", "state": "open", "asked_at": utc_now()}
    invited_id = invited.id if invited else None
    request = StandInRequest(signup_id=signup.id, invited_id=invited_id, **(facts | more))
    db.session.add(request)
    db.session.flush()
    return request
