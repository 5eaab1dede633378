"""What keeps a figure honest: unit, period, as-of, no mixing of units, no small groups.  Pure."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self, TypeVar

from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.impact.rules.measures import Measure

Key = TypeVar("Key", bound=Hashable)
RUNS = ("compile", "rebuild", "verify")
EXACT, WITHHELD = "exact", "fewer_than_5"
SMALLEST_SHOWN = 5  # persons: who stands in a smaller group could be recognised
LONGEST_CHART = 24  # months


class FigureIsIncomplete(ValueError):
    """A number without unit, period or as-of is no figure; our own mistake."""


class FiguresDoNotAddUp(ValueError):
    """Person-times and persons, or persons of two months, were about to be added; our mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is asked for: days, up to when, where, and of which project.

    `place` and `project` are the codes in links; `path` is the place's path, / for all.
    """

    days: Days
    as_of: date
    path: str = "/"
    place: str = ""
    project_id: int | None = None
    project: str = ""

    @property
    def counted(self) -> Days:
        """Give the days whose facts count: those of the period up to as_of."""
        end = min(self.days.end, self.as_of + timedelta(days=1))
        return Days(self.days.first, max(self.days.first, end))

    @property
    def year(self) -> int | None:
        """Name the year when the period is exactly one."""
        first = self.days.first
        return first.year if self.days == Days.year(first.year) else None

    @property
    def query(self) -> dict[str, str]:
        """Say the same in the query of a link."""
        said = {
            "from": self.days.first.isoformat(),
            "to": self.days.end.isoformat(),
            "as_of": self.as_of.isoformat(),
            "place": self.place,
            "project": self.project,
        }
        return {name: value for name, value in said.items() if value}

    def during(self, days: Days) -> Self:
        return replace(self, days=days)

    def of_project(self, project_id: int, slug: str) -> Self:
        return replace(self, project_id=project_id, project=slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured number that cannot be told without what it means and until when it holds.

    amount: in the measure's base unit (fen, minutes); None when the group is too small to show.
    source_count: how many rows stand behind it.
    classes: what it is made of, where its measure adds classes of hours up; they make the whole.
    """

    measure: Measure
    amount: int | None
    scope: Scope
    source_count: int
    precision: str = EXACT
    classes: tuple[Self, ...] = ()

    def __post_init__(self) -> None:
        if not (self.measure.unit and self.scope.as_of and self.scope.days):
            raise FigureIsIncomplete(f"{self.measure.key} lacks its unit, period or as-of")
        if tuple(one.measure for one in self.classes) != self.measure.classes:
            raise FigureIsIncomplete(f"{self.measure.key} does not name its classes")
        if self.classes and sum(one.amount or 0 for one in self.classes) != self.amount:
            raise FiguresDoNotAddUp("the classes do not make the whole")

    @property
    def label(self) -> str:
        return self.measure.label

    @property
    def unit(self) -> str:
        return self.measure.unit

    @property
    def definition_version(self) -> int:
        return self.measure.version

    @property
    def days(self) -> Days:
        return self.scope.days

    @property
    def as_of(self) -> date:
        return self.scope.as_of

    @property
    def value(self) -> Decimal | None:
        return None if self.amount is None else self.measure.number(self.amount)

    @property
    def written(self) -> str:
        if self.amount is None:
            return f"<{SMALLEST_SHOWN}"
        return self.measure.write(self.amount)

    @property
    def is_rounded_apart(self) -> bool:
        """Tell whether the classes, each rounded by itself, seem to make another whole."""
        return bool(self.classes) and sum(one.value or 0 for one in self.classes) != self.value

    @property
    def records(self) -> dict[str, Any]:
        """Give the query of the page that shows the rows behind."""
        alone = {"class": self.measure.source} if self.measure.source else {}
        return {"measure": self.measure.key, **alone, **self.scope.query}

    def of_class(self, source: str) -> Self:
        """Give the part of one class of hours.

        :raises NotFound: if it is not made of such a class
        """
        for one in self.classes:
            if one.measure.source == source:
                return one
        raise NotFound

    def withheld(self) -> Self:
        """Hide how many persons they are, because they are few."""
        return replace(self, amount=None, precision=WITHHELD)


def add(figures: Iterable[Figure]) -> int:
    """Add figures of one unit, in base units.

    :raises FiguresDoNotAddUp: if their units differ, or if they count persons or projects
    """
    shown = list(figures)
    if len({figure.measure.unit_code for figure in shown}) > 1:
        raise FiguresDoNotAddUp("their units differ")
    if not all(figure.measure.additive for figure in shown):
        raise FiguresDoNotAddUp("persons are counted once over all, never summed")
    return sum(figure.amount or 0 for figure in shown)


def too_small(persons: int) -> bool:
    """Tell whether a group of persons is too small to be shown to everybody."""
    return 0 < persons < SMALLEST_SHOWN


def hidden(groups: Mapping[Key, int]) -> set[Key]:
    """Choose which groups of one whole are not shown: the small ones, and one more if needed.

    A single hidden group could be found by subtracting the others from the whole, so the next
    smallest is hidden with it.
    """
    small = {name for name, persons in groups.items() if too_small(persons)}
    if len(small) == 1:
        others = {name: persons for name, persons in groups.items() if persons >= SMALLEST_SHOWN}
        if others:
            small.add(min(others, key=lambda name: others[name]))
    return small


def trim(series: Sequence[Sequence[Figure]]) -> list[list[Figure]]:
    """Cut the empty months before the first and after the last off series of one length."""
    told = [place for line in series for place, one in enumerate(line) if one.source_count]
    if not told:
        return [[] for _ in series]
    return [list(line[min(told) : max(told) + 1]) for line in series]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A cell whose facts and roll-up disagree; `person_id` when it is about presence."""

    kind: str
    place_id: int
    project_id: int
    day: date
    person_id: int | None
    amount: int
    rows: int
    rolled_up_amount: int
    rolled_up_rows: int

    def __str__(self) -> str:
        whose = f" person {self.person_id}" if self.person_id is not None else ""
        return (
            f"{self.kind} place {self.place_id} project {self.project_id or 'none'}{whose}"
            f" on {self.day}: facts {self.amount} in {self.rows} rows,"
            f" roll-up {self.rolled_up_amount} in {self.rolled_up_rows} rows"
        )
