"""Projects for programs: a coordinator sets up a draft.  Reading them lives with the figures."""

from datetime import date
from typing import Annotated, Literal

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from volunteer_hub.foundation.api import In, Out, answer, blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import localized
from volunteer_hub.foundation.refusal import sentence
from volunteer_hub.foundation.replay import replayed
from volunteer_hub.places.queries import find_by_code, get_by_code
from volunteer_hub.projects import actions, policy
from volunteer_hub.projects.models import Project
from volunteer_hub.projects.rules import SITES

api = blueprint("projects_api", __name__)
blueprints = (api,)

TAG = Tag(name="projects")
UNKNOWN_PLACE = sentence("No subdistrict, community, grid or compound has this code.")


def _site(code: str) -> str:
    place = find_by_code(code)
    if place is None or place.kind not in SITES:
        raise ValueError(UNKNOWN_PLACE)
    return code


class ProjectIn(In):
    title: str = Field(min_length=1, max_length=200)
    title_en: str | None = Field(None, max_length=200)
    place: Annotated[str, AfterValidator(_site)] = Field(
        description="the code of a place within your scope"
    )
    beneficiary_group: Literal[
        "residents", "elderly", "children", "women", "veterans", "families_in_need", "disabled"
    ]
    goal: str = Field("", max_length=200)
    goal_en: str | None = Field(None, max_length=200)
    story: str = Field("", max_length=4000)
    story_en: str | None = Field(None, max_length=4000)
    starts_on: date | None = None
    ends_on: date | None = None

    @field_validator("ends_on")
    @classmethod
    def runs_forwards(cls, ends_on: date | None, info: ValidationInfo) -> date | None:
        """Refuse a project that runs backwards, at its field."""
        starts_on = info.data.get("starts_on")
        if ends_on and starts_on and ends_on <= starts_on:
            raise ValueError(sentence("The last day must be after the first."))
        return ends_on


class NewProjectOut(Out):
    slug: str
    title: str
    state: str
    place: str = Field(description="the place's code")
    place_name: str
    starts_on: date | None
    ends_on: date | None
    beneficiary_group: str
    goal: str
    story: str


@api.post(
    "/projects",
    responses={201: NewProjectOut},
    tags=[TAG],
    summary="Set up a draft at a place within your scope",
)
@permits(policy.CREATE)
@replayed
def create_project(body: ProjectIn) -> Response:
    actor, place = current_actor(), get_by_code(body.place)
    policy.CREATE.ensure(actor, path=place.path)
    with transaction():
        project = actions.create_project(
            place=place,
            title_zh=body.title,
            title_en=body.title_en,
            beneficiary_group=body.beneficiary_group,
            goal_zh=body.goal,
            goal_en=body.goal_en,
            story_zh=body.story,
            story_en=body.story_en,
            starts_on=body.starts_on,
            ends_on=body.ends_on,
            created_by=actor.person_id,
            now=utc_now(),
        )
    return answer(show(project), 201)


def show(project: Project) -> NewProjectOut:
    """Write a project, loaded with its place, for a program."""
    return NewProjectOut(
        slug=project.slug,
        title=localized(project, "title"),
        state=project.state,
        place=project.place.code,
        place_name=localized(project.place, "name"),
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        beneficiary_group=project.beneficiary_group,
        goal=localized(project, "goal"),
        story=localized(project, "story"),
    )
