"""Figures for programs, and projects with their money and the services they rendered."""

from datetime import date
from typing import Any, Literal

from flask import Response, current_app, url_for
from flask_babel import gettext as _
from flask_openapi3.models.tag import Tag
from pydantic import ConfigDict, Field

from volunteer_hub.foundation.api import (
    In,
    ListOf,
    Money,
    Out,
    Paged,
    answer,
    answer_page,
)
from volunteer_hub.foundation.api import blueprint as api_blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, localized
from volunteer_hub.impact import policy
from volunteer_hub.impact.queries import report, rollups
from volunteer_hub.impact.queries.figures import tally
from volunteer_hub.impact.queries.projects import Achieved, get_achieved, page_achieved
from volunteer_hub.impact.rules.figures import Figure, choose_span
from volunteer_hub.impact.rules.measures import MEASURES
from volunteer_hub.places.queries import get_by_code

api = api_blueprint("impact_api", __name__)
blueprints = (api,)

FIGURES = Tag(name="figures", description="what was done, added up, with unit and as-of")
PROJECTS = Tag(name="projects", description="projects, their money and whom they served")

Key = Literal[
    "projects_count",
    "funding_awarded",
    "funding_paid_out",
    "funding_spent",
    "pt_professional",
    "pt_outreach",
    "volunteer_hours",
    "volunteers_active",
]
Day = date | None
EARLIEST, LATEST = date(1949, 1, 1), date(2199, 12, 31)


class FigureQuery(In):
    """Which figure, of which days [from, to), with facts up to as_of, where."""

    measure: Key
    from_: Day = Field(None, alias="from", ge=EARLIEST, le=LATEST, description="first day")
    to: Day = Field(None, ge=EARLIEST, le=LATEST, description="the day after the last")
    as_of: Day = Field(None, ge=EARLIEST, le=LATEST, description="facts up to this day; today")
    place: str | None = Field(None, description="a place's code: all that lies below it")
    project: str | None = Field(None, description="a project's slug")
    by: Literal["month"] | None = Field(None, description="month: each month as well")


class MonthOut(Out):
    """The figure of one month, or of the part of it that lies in the period."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: date = Field(alias="from")
    to: date
    value: int | float | None
    precision: str
    source_count: int
    records: str


class FigureOut(MonthOut):
    """A figure with all that it needs to be understood."""

    measure: str
    label: str
    unit: str = Field(description="the unit in the reader's language, such as 人次")
    unit_code: str
    money: Money | None = Field(description="the same in minor units, for funding")
    definition: str
    definition_version: int
    as_of: date
    place: str | None
    project: str | None
    pending_changes: int = Field(description="verified changes that are just being added")
    by_month: list[MonthOut] | None


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


@api.get("/figures", responses={200: FigureOut}, tags=[FIGURES], summary="One public figure")
@permits(policy.READ)
def read_figure(query: FigureQuery) -> Response:
    today, measure = local_day(utc_now()), MEASURES[query.measure]
    opening = min(rollups.list_years(), default=today.year)
    days, as_of = choose_span(
        first=query.from_, end=query.to, as_of=query.as_of, today=today, opening=opening
    )
    scope = report.get_scope(
        days=days, as_of=as_of, place=query.place or "", project=query.project or ""
    )
    everything = policy.READ_SMALL_GROUPS.allows(current_actor(), path=scope.path)
    found = tally(scope, [measure])
    [whole] = report.guard([found.figure(measure)], scope, everything=everything)
    months = None
    if query.by:
        months = report.guard_months(found.by_month(measure), whole=whole, everything=everything)
    return answer(_figure(whole, months))


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


def _figure(whole: Figure, months: list[Figure] | None) -> FigureOut:
    scope = whole.scope
    return FigureOut(
        **_counted(whole),
        measure=whole.measure.key,
        label=_(whole.label),
        unit=_(whole.unit),
        unit_code=whole.measure.unit_code,
        money=_money(whole.amount or 0) if whole.measure.unit_code == "yuan" else None,
        definition=_(whole.measure.definition),
        definition_version=whole.definition_version,
        as_of=whole.as_of,
        place=scope.place or None,
        project=scope.project or None,
        pending_changes=rollups.count_pending().changes,
        by_month=None if months is None else [MonthOut(**_counted(month)) for month in months],
    )


def _counted(figure: Figure) -> dict[str, Any]:
    value, whole = figure.value, figure.measure.decimals == 0
    return {
        "from": figure.days.first,
        "to": figure.days.end,
        "value": None if value is None else int(value) if whole else float(value),
        "precision": figure.precision,
        "source_count": figure.source_count,
        "records": url_for("impact.records", **figure.records, _external=True),
    }


def _project(found: Achieved) -> ProjectOut:
    project, money = found.project, found.money
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
            awarded=_money(money.awarded),
            paid_out=_money(money.paid_out),
            spent=_money(money.spent),
        ),
        person_times=PersonTimesOut(professional=found.professional, outreach=found.outreach),
        as_of=found.as_of,
    )


def _money(fen: int) -> Money:
    return Money(amount=fen, currency=current_app.config["SETTINGS"].currency)
