"""Figures out of the roll-ups, in a number of statements that does not grow with the facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from volunteer_hub.foundation.clock import Days
from volunteer_hub.impact.queries import rollups
from volunteer_hub.impact.queries.rollups import ByMonth, Sum
from volunteer_hub.impact.rules.figures import Figure, Scope
from volunteer_hub.impact.rules.measures import MEASURES, PERSONS, PROJECTS, Measure
from volunteer_hub.impact.rules.periods import months_of

HEADLINE = ("projects_count", "funding_awarded", "pt_professional", "pt_outreach")


@dataclass(frozen=True, slots=True)
class Tally:
    """What was read for a scope; months are named by their first day."""

    scope: Scope
    months: Sequence[Days]
    sums: ByMonth
    people: Mapping[date | None, int]  # under None over all months
    projects: Mapping[int, ByMonth]

    def figure(self, measure: Measure) -> Figure:
        """Give the measure over the whole scope."""
        months = [days.first.replace(day=1) for days in self.months]
        return self._figure(measure, self.scope, months, None)

    def by_month(self, measure: Measure) -> list[Figure]:
        """Give the measure of each month up to as_of."""
        found = []
        for days in self.months:
            month = days.first.replace(day=1)
            found.append(self._figure(measure, self.scope.during(days), [month], month))
        return found

    def of_project(self, measure: Measure, project_id: int, slug: str) -> Figure:
        """Give a funding measure of one project."""
        cells = self.projects.get(project_id, {})
        found = _total(cells[key] for key in cells if key[0] in measure.kinds)
        scope = self.scope.of_project(project_id, slug)
        return Figure(measure=measure, amount=found.amount, scope=scope, source_count=found.rows)

    def _figure(
        self, measure: Measure, scope: Scope, months: Sequence[date], people: date | None
    ) -> Figure:
        found = self._count(measure, months, people)
        classes = [self._figure(one, scope, months, people) for one in measure.classes]
        return Figure(
            measure=measure,
            amount=found.amount,
            scope=scope,
            source_count=found.rows,
            classes=tuple(classes),
        )

    def _count(self, measure: Measure, months: Sequence[date], people: date | None) -> Sum:
        keys = [(kind, month) for kind in measure.kinds for month in months]
        found = _total(self.sums[key] for key in keys if key in self.sums)
        if measure.counts == PERSONS:
            return Sum(self.people.get(people, 0), found.rows)
        if measure.counts == PROJECTS:
            each = [_total(p[key] for key in keys if key in p) for p in self.projects.values()]
            return Sum(sum(one.amount > 0 for one in each), found.rows)
        return found


def _total(sums: Iterable[Sum]) -> Sum:
    found = list(sums)
    return Sum(sum(one.amount for one in found), sum(one.rows for one in found))


def tally(scope: Scope, measures: Iterable[Measure] = tuple(MEASURES.values())) -> Tally:
    """Read what the measures need: one statement each for sums, persons and projects."""
    wanted = {measure.counts for measure in measures}
    return Tally(
        scope=scope,
        months=months_of(scope.counted),
        sums=rollups.sums_by_month(scope),
        people=rollups.people_by_month(scope) if PERSONS in wanted else {},
        projects=rollups.money_by_project(scope) if PROJECTS in wanted else {},
    )


def figures(scope: Scope, keys: Iterable[str] = tuple(MEASURES)) -> dict[str, Figure]:
    """Give the figures of a scope by the key of their measure."""
    measures = [MEASURES[key] for key in keys]
    found = tally(scope, measures)
    return {measure.key: found.figure(measure) for measure in measures}


def usual_year(today: date) -> int:
    """Choose the year to open with: the newest that awarded money, else the newest with facts.

    A page about projects that opens on the first of January with nothing would tell nothing.
    """
    award = rollups.find_newest_award(as_of=today)
    if award is not None:
        return award.year
    return max((year for year in rollups.list_years() if year <= today.year), default=today.year)


def headline(*, place_path: str = "/", as_of: date) -> list[Figure]:
    """Give the four figures of the front page: projects, money awarded, served in both ways."""
    days = Days.year(usual_year(as_of))
    place = place_path.strip("/").rsplit("/", 1)[-1]
    scope = Scope(days=days, as_of=min(as_of, days.last), path=place_path, place=place)
    return list(figures(scope, HEADLINE).values())
