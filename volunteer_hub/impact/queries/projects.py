"""Projects with their money, the services they rendered and how far their targets are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.paging import Page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.funding.queries import Totals, totals
from volunteer_hub.impact.queries.figures import tally
from volunteer_hub.impact.queries.report import guard
from volunteer_hub.impact.queries.rollups import Pending, Sum, count_pending, sums_by_project
from volunteer_hub.impact.rules.figures import Figure, Scope, trim
from volunteer_hub.impact.rules.measures import MEASURES, OUTREACH, PROFESSIONAL
from volunteer_hub.projects.models import Indicator, Project
from volunteer_hub.projects.queries import get_by_slug, get_whole, list_projects

BY_MONTH = ("pt_professional", "pt_outreach")


@dataclass(frozen=True, slots=True)
class Achieved:
    """A project, its money in fen and whom it served, in person-times."""

    project: Project
    money: Totals
    professional: int
    outreach: int
    as_of: date


@dataclass(frozen=True, slots=True)
class ProjectFigures:
    """What a project achieved so far: figures, services by month, and targets beside them."""

    project: Project
    scope: Scope
    figures: dict[str, Figure]
    by_month: dict[str, list[Figure]]
    targets: list[tuple[Indicator, Figure | None]]  # no figure where no measure tells
    pending: Pending


def get_figures(slug: str, *, days: Days, as_of: date, everything: bool) -> ProjectFigures:
    """Read the figures of a published or closed project; small groups as in `report.guard`.

    :raises NotFound: if there is none, or it is a draft
    """
    project = _published(get_whole(slug))
    scope = Scope(days=days, as_of=as_of).of_project(project.id, project.slug)
    found = tally(scope)
    whole = [found.figure(measure) for measure in MEASURES.values()]
    figures = {one.measure.key: one for one in guard(whole, scope, everything=everything)}
    series = trim([found.by_month(MEASURES[key]) for key in BY_MONTH])
    return ProjectFigures(
        project=project,
        scope=scope,
        figures=figures,
        by_month=dict(zip(BY_MONTH, series, strict=True)),
        targets=[(one, figures.get(one.measure or "")) for one in project.indicators],
        pending=count_pending(),
    )


def get_achieved(slug: str, *, as_of: date) -> Achieved:
    """Read a published or closed project.

    :raises NotFound: if there is none, or it is a draft
    """
    return _achieved([_published(get_by_slug(slug))], as_of)[0]


def page_achieved(
    *, path: str | None, state: str | None, after: str | None, limit: int, as_of: date
) -> Page[Achieved]:
    """Read one page of published and closed projects, the newest first."""
    page = list_projects(below_path=path, state=state, after=after, limit=limit)
    return Page(_achieved(page.items, as_of), page.next)


def _published(project: Project) -> Project:
    if project.state == "draft":
        raise NotFound
    return project


def _achieved(projects: Sequence[Project], as_of: date) -> list[Achieved]:
    ids = [project.id for project in projects]
    money, sums = totals(ids), sums_by_project(ids, as_of=as_of)
    return [
        Achieved(
            project=project,
            money=money[project.id],
            professional=sums.get((project.id, PROFESSIONAL), Sum()).amount,
            outreach=sums.get((project.id, OUTREACH), Sum()).amount,
            as_of=as_of,
        )
        for project in projects
    ]
