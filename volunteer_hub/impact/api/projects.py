"""Projects for programs, with their money and the services they rendered."""

from datetime import date
from typing import Literal

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import Field

from volunteer_hub.foundation.api import In, ListOf, Money, Out, Paged, answer, answer_page
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import local_day, localized
from volunteer_hub.impact import policy
from volunteer_hub.impact.api.figures import api, money
from volunteer_hub.impact.queries.projects import Achieved, get_achieved, page_achieved
from volunteer_hub.places.queries import get_by_code

blueprints = (api,)

PROJECTS = Tag(name="projects", description="projects, their money and whom they served")


class FundingOut(Out):
    awarded: Money
    paid_out: Money
    spent: Money


class PersonTimesOut(Out):
    professional: int
    outreach: int


class ProjectOut(Out):
    """A project with its money and the services it rendered, never mixed."""

    id: int
    slug: str
    title: str
    goal: str
    state: str
    place: str
    beneficiary_group: str
    starts_on: date | None
    ends_on: date | None
    funding: FundingOut
    person_times: PersonTimesOut
    as_of: date


class ProjectsQuery(Paged):
    place: str | None = Field(None, description="a place's code: all that lies below it")
    state: Literal["published", "closed"] | None = None


class ProjectPath(In):
    slug: str


@api.get(
    "/projects", responses={200: ListOf[ProjectOut]}, tags=[PROJECTS], summary="Public projects"
)
@permits(policy.READ)
def list_projects(query: ProjectsQuery) -> Response:
    page = page_achieved(
        path=get_by_code(query.place).path if query.place else None,
        state=query.state,
        after=query.after,
        limit=query.limit,
        as_of=local_day(utc_now()),
    )
    return answer_page(page, _project, ".list_projects", **query.model_dump(exclude={"after"}))


@api.get("/projects/<slug>", responses={200: ProjectOut}, tags=[PROJECTS], summary="One project")
@permits(policy.READ)
def read_project(path: ProjectPath) -> Response:
    return answer(_project(get_achieved(path.slug, as_of=local_day(utc_now()))))


def _project(found: Achieved) -> ProjectOut:
    project, funding = found.project, found.money
    return ProjectOut(
        id=project.id,
        slug=project.slug,
        title=localized(project, "title"),
        goal=localized(project, "goal"),
        state=project.state,
        place=project.place.code,
        beneficiary_group=project.beneficiary_group,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        funding=FundingOut(
            awarded=money(funding.awarded),
            paid_out=money(funding.paid_out),
            spent=money(funding.spent),
        ),
        person_times=PersonTimesOut(professional=found.professional, outreach=found.outreach),
        as_of=found.as_of,
    )
