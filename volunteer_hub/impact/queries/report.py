"""Everything the page of public figures shows, and the files that repeat it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.impact.queries import rollups
from volunteer_hub.impact.queries.figures import Tally, tally
from volunteer_hub.impact.queries.rollups import Pending
from volunteer_hub.impact.rules.figures import Figure, Scope, hidden, too_small
from volunteer_hub.impact.rules.measures import MEASURES, PERSONS
from volunteer_hub.places.queries import get_by_code
from volunteer_hub.projects.models import Project
from volunteer_hub.projects.queries import get_by_slug

MOST_PROJECTS = 50  # on the page; the files hold all
MONEY = ("funding_awarded", "funding_paid_out", "funding_spent")


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """The money of one project; only published ones have any."""

    project: Project
    awarded: Figure
    paid_out: Figure
    spent: Figure

    @property
    def most(self) -> int:
        """Give the largest of the three, which a bar must hold: money is spent a year later."""
        return max(one.amount or 0 for one in (self.awarded, self.paid_out, self.spent))


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a scope by the key of their measure, whole and by month."""

    scope: Scope
    figures: dict[str, Figure]
    by_month: dict[str, list[Figure]]
    money: Sequence[ProjectMoney]
    years: Sequence[int]
    pending: Pending

    @property
    def projects(self) -> Sequence[ProjectMoney]:
        """Give the lines that fit on a page: all, or the largest awards."""
        if len(self.money) <= MOST_PROJECTS:
            return self.money
        return sorted(self.money, key=lambda line: -(line.awarded.amount or 0))[:MOST_PROJECTS]

    @property
    def more_projects(self) -> int:
        return len(self.money) - len(self.projects)


def get_scope(*, days: Days, as_of: date, place: str = "", project: str = "") -> Scope:
    """Look up the place and the project that were asked for by their codes.

    :raises NotFound: if there is none, or the project is not published
    """
    found = get_by_slug(project) if project else None
    if found is not None and found.state == "draft":
        raise NotFound
    return Scope(
        days=days,
        as_of=as_of,
        path=get_by_code(place).path if place else "/",
        place=place,
        project_id=found.id if found else None,
        project=project,
    )


def read_report(scope: Scope, *, everything: bool) -> Report:
    """Read all measures; without `everything`, small groups of persons are withheld."""
    pending = rollups.count_pending()  # first: what is added meanwhile is told as still to come
    found = tally(scope)
    whole = [found.figure(measure) for measure in MEASURES.values()]
    figures = {one.measure.key: one for one in guard(whole, scope, everything=everything)}
    by_month = {
        key: guard_months(found.by_month(measure), whole=figures[key], everything=everything)
        for key, measure in MEASURES.items()
    }
    return Report(
        scope=scope,
        figures=figures,
        by_month=by_month,
        money=_money(found),
        years=rollups.list_years(),
        pending=pending,
    )


def guard(figures: Sequence[Figure], scope: Scope, *, everything: bool) -> list[Figure]:
    """Withhold numbers of persons that are small, or that would give a small one away."""
    persons = [one for one in figures if one.measure.counts == PERSONS]
    if everything or not persons:
        return list(figures)
    groups = rollups.people_by_sibling(scope) if scope.path.count("/") > 2 else {}
    betraying = scope.path in hidden(groups)
    return [
        one.withheld()
        if one.measure.counts == PERSONS and (betraying or too_small(one.amount or 0))
        else one
        for one in figures
    ]


def guard_months(months: list[Figure], *, whole: Figure, everything: bool) -> list[Figure]:
    """Withhold the months whose number of persons is small, and all when the whole is."""
    if everything or whole.measure.counts != PERSONS:
        return months
    return [
        one.withheld() if whole.amount is None or too_small(one.amount or 0) else one
        for one in months
    ]


def _money(found: Tally) -> list[ProjectMoney]:
    known = select(Project).where(Project.id.in_(found.projects)).order_by(Project.id)
    lines = []
    for project in db.session.scalars(known):
        money = [found.of_project(MEASURES[key], project.id, project.slug) for key in MONEY]
        lines.append(ProjectMoney(project, *money))
    return lines
