"""Hours for programs: the caller's own."""

from datetime import date, datetime
from typing import Literal, cast

from flask import Response
from flask_openapi3.models.tag import Tag

from volunteer_hub.attendance import policy
from volunteer_hub.attendance.models import Hours
from volunteer_hub.attendance.queries import hours as queries
from volunteer_hub.foundation.api import ListOf, Out, Paged, answer_page
from volunteer_hub.foundation.api import blueprint as api_blueprint
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import zone

api = api_blueprint("attendance_api", __name__)
blueprints = (api,)

ME = Tag(name="me", description="The caller's own data")
Source = Literal["clocked", "confirmed_by_leader", "back_filled", "self_declared"]
State = Literal["recorded", "locked", "rejected"]


class HoursOut(Out):
    """Minutes served; only locked rows count. `reverses` names the row this one takes back."""

    id: int
    shift: int
    served_on: date
    minutes: int
    source: Source
    state: State
    reverses: int | None
    reason: str | None
    rejected_because: str | None
    recorded_at: datetime
    verified_at: datetime | None


@api.get("/me/hours", responses={200: ListOf[HoursOut]}, tags=[ME], summary="One's own hours")
@permits(policy.OWN_HOURS)
def list_my_hours(query: Paged) -> Response:
    """List the caller's hours, the newest first, with every correction."""
    person_id = current_actor().person_id or 0
    page = queries.page_own(person_id, after=query.after, limit=query.limit)
    return answer_page(page, _show, "attendance_api.list_my_hours", limit=query.limit)


def _show(hours: Hours) -> HoursOut:
    local = zone()
    return HoursOut(
        id=hours.id,
        shift=hours.shift_id,
        served_on=hours.served_on,
        minutes=hours.minutes,
        source=cast(Source, hours.source),
        state=cast(State, hours.state),
        reverses=hours.reverses_id,
        reason=hours.reason,
        rejected_because=hours.rejected_because,
        recorded_at=hours.recorded_at.astimezone(local),
        verified_at=hours.verified_at.astimezone(local) if hours.verified_at else None,
    )
