"""Joining and leaving for programs, in the name of whoever the token belongs to."""

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import AwareDatetime, BaseModel, Field

from volunteer_hub.foundation.api import ListOf, Out, Paged, Query, answer, answer_page, blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.replay import replayed
from volunteer_hub.shifts.api.shapes import ShiftOut, ShiftPath, show_shift
from volunteer_hub.signups import policy
from volunteer_hub.signups.actions import joining, offers
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import seats, signups

api = blueprint("signups_api", __name__)
blueprints = (api,)

TAG = Tag(name="sign-ups")


class SignupPath(BaseModel):
    signup_id: int


class JoinQuery(Query):
    """How a place is asked for."""

    role: int | None = Field(None, description="the role, where places are given by role")
    instant: bool = Field(
        True, description="take a place that becomes free unasked; false: it is offered first"
    )


class SignupOut(Out):
    id: int
    state: str = Field(description="confirmed, waitlisted or offered")
    position: int | None = Field(description="the place in the line, from 1")
    offer_until: AwareDatetime | None = Field(None, description="by when to accept an offer")


class OwnSignupOut(SignupOut):
    shift: ShiftOut


@api.post(
    "/shifts/<int:shift_id>/signups",
    responses={201: SignupOut},
    tags=[TAG],
    summary="Take a place, or the last one in the line when every place is taken",
)
@permits(policy.JOIN)
@replayed
def join(path: ShiftPath, query: JoinQuery) -> Response:
    person = signups.get_who_asks(current_actor().person_id or 0)
    ask = joining.Ask(role_id=query.role, instant=query.instant)
    with transaction():
        signup = joining.join(shift_id=path.shift_id, person=person, now=utc_now(), ask=ask)
    return answer(show_signup(signup, seats.last_place(signup)), 201)


@api.delete(
    "/signups/<int:signup_id>",
    responses={204: None},
    tags=[TAG],
    summary="Give a place back; the line moves",
)
@permits(policy.LEAVE)
def leave(path: SignupPath) -> Response:
    signup, actor = signups.get_signup(path.signup_id), current_actor()
    policy.LEAVE.ensure(actor, path=signup.shift.place.path, owner=signup.person_id)
    by_staff = signup.person_id != actor.person_id
    with transaction():
        joining.leave(signup_id=signup.id, now=utc_now(), by=actor.person_id, by_staff=by_staff)
    return Response(status=204)


@api.post(
    "/signups/<int:signup_id>/acceptance",
    responses={200: SignupOut},
    tags=[TAG],
    summary="Take the place that is offered to you",
)
@permits(policy.ACCEPT)
@replayed
def accept(path: SignupPath) -> Response:
    signup = signups.get_signup(path.signup_id)
    policy.ACCEPT.ensure(current_actor(), owner=signup.person_id)
    with transaction():
        signup = offers.accept(signup_id=signup.id, now=utc_now())
    return answer(show_signup(signup, None))


@api.get(
    "/me/signups",
    responses={200: ListOf[OwnSignupOut]},
    tags=[TAG],
    summary="List your coming sign-ups in the order you made them",
)
@permits(policy.READ_OWN)
def list_own(query: Paged) -> Response:
    person_id = current_actor().person_id or 0
    page = signups.page_of(person_id, now=utc_now(), after=query.after, limit=query.limit)
    asked = {"limit": query.limit}
    return answer_page(page, show_own, "signups_api.list_own", **asked)


def show_signup(signup: Signup, position: int | None) -> SignupOut:
    until = signup.offer_until.astimezone(zone()) if signup.offer_until else None
    return SignupOut(id=signup.id, state=signup.state, position=position, offer_until=until)


def show_own(found: tuple[Signup, int | None]) -> OwnSignupOut:
    """Write a sign-up together with its shift."""
    signup, position = found
    known = show_signup(signup, position).model_dump()
    return OwnSignupOut(**known, shift=show_shift(signup.shift))
