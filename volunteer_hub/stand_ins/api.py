"""Who looks for a stand-in, for programs, in the name of whoever the token belongs to."""

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import AwareDatetime, BaseModel, Field

from volunteer_hub.foundation.api import ListOf, Out, Paged, answer, answer_page, blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import localized, zone
from volunteer_hub.foundation.replay import replayed
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.people.rules.accounts import masked_name
from volunteer_hub.stand_ins import actions, policy, queries
from volunteer_hub.stand_ins.models import StandInRequest

api = blueprint("stand_ins_api", __name__)
blueprints = (api,)

TAG = Tag(name="stand-ins")


class StandInPath(BaseModel):
    request_id: int


class StandInOut(Out):
    id: int
    shift: int = Field(description="the shift's id")
    activity_title: str
    title: str = Field(description="what is done there")
    role: str | None = Field(description="the role on the shift, where it has roles")
    place: str = Field(description="the place's code")
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    who: str = Field(description="how the name of who looks for somebody begins")
    note: str
    yours: bool = Field(description="whether you look for somebody here")
    asks_you: bool = Field(description="whether you, and nobody else, are asked")


class PlaceTakenOut(Out):
    signup: int = Field(description="the id of your sign-up")
    shift: int
    state: str = Field(description="confirmed")


@api.get(
    "/stand-ins",
    responses={200: ListOf[StandInOut]},
    tags=[TAG],
    summary="List who looks for somebody to take their place over, the next shift first",
)
@permits(policy.READ)
def list_open(query: Paged) -> Response:
    me = current_actor().person_id or 0
    page = queries.page_open(me, now=utc_now(), after=query.after, limit=query.limit)
    asked = {"limit": query.limit}
    return answer_page(page, lambda one: _show(one, me), "stand_ins_api.list_open", **asked)


@api.post(
    "/stand-ins/<int:request_id>/taking",
    responses={201: PlaceTakenOut},
    tags=[TAG],
    summary="Take the place over; of many who ask at once one gets it",
)
@permits(policy.TAKE)
@replayed
def take(path: StandInPath) -> Response:
    person = get_person(current_actor().person_id or 0)
    with transaction():
        taken = actions.take(request_id=path.request_id, person=person, now=utc_now())
    body = PlaceTakenOut(signup=taken.id, shift=taken.shift_id, state=taken.state)
    return answer(body, 201)


def _show(one: StandInRequest, me: int) -> StandInOut:
    signup = one.signup
    shift = signup.shift
    return StandInOut(
        id=one.id,
        shift=shift.id,
        activity_title=localized(shift.activity, "title"),
        title=localized(shift, "title"),
        role=localized(signup.role, "title") if signup.role else None,
        place=shift.place.code,
        starts_at=shift.starts_at.astimezone(zone()),
        ends_at=shift.ends_at.astimezone(zone()),
        who=masked_name(signup.person.name),
        note=one.note,
        yours=signup.person_id == me,
        asks_you=one.invited_id == me,
    )
