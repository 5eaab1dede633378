"""The caller, for programs."""

from flask import Response
from flask_openapi3.models.tag import Tag

from volunteer_hub.foundation import api as manners
from volunteer_hub.foundation.api import Out, answer
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.people.policy import READ_OWN
from volunteer_hub.people.queries import callers, persons

api = manners.blueprint("people_api", __name__)
blueprints = (api,)
PEOPLE = Tag(name="people")


class RoleOut(Out):
    role: str
    place: str  # its code


class MeOut(Out):
    """Whose token it is, and what they may do where."""

    id: int
    name: str
    volunteer_no: str
    phone: str | None
    email: str | None
    language: str
    home_place: str | None  # its code
    remind_by: list[str]
    roles: list[RoleOut]
    scopes: list[str]


@api.get("/me", responses={200: MeOut}, tags=[PEOPLE], summary="The caller")
@permits(READ_OWN)
def me() -> Response:
    """Answer who the caller is."""
    actor = current_actor()
    person = persons.get_person(actor.person_id or 0)
    grants = callers.list_grants(person.id)
    return answer(
        MeOut(
            id=person.id,
            name=person.name,
            volunteer_no=person.volunteer_no,
            phone=person.phone,
            email=person.email,
            language=person.language,
            home_place=person.home_place.code if person.home_place else None,
            remind_by=person.remind_by,
            roles=[RoleOut(role=grant.role, place=grant.place.code) for grant in grants],
            scopes=sorted(actor.scopes or ()),
        )
    )
