"""Joining and leaving for programs, in the name of whoever the token belongs to."""

from flask import Response
from flask_openapi3.models.tag import Tag

from volunteer_hub.foundation.api import ListOf, Paged, answer, answer_page
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.replay import replayed
from volunteer_hub.people.queries import get_person
from volunteer_hub.shifts import policy
from volunteer_hub.shifts.actions import joining
from volunteer_hub.shifts.api.shapes import (
    OwnSignupOut,
    ShiftPath,
    SignupOut,
    SignupPath,
    show_own,
    show_signup,
)
from volunteer_hub.shifts.api.shifts import api
from volunteer_hub.shifts.queries import signups

blueprints = (api,)

TAG = Tag(name="sign-ups")


@api.post(
    "/shifts/<int:shift_id>/signups",
    responses={201: SignupOut},
    tags=[TAG],
    summary="Take a place, or the last one in the line when every place is taken",
)
@permits(policy.JOIN)
@replayed
def join(path: ShiftPath) -> Response:
    person = get_person(current_actor().person_id or 0)
    with transaction():
        signup = joining.join(shift_id=path.shift_id, person=person, now=utc_now())
    return answer(show_signup(signup, signups.position(signup)), 201)


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
    return answer_page(page, show_own, "shifts_api.list_own", **asked)
