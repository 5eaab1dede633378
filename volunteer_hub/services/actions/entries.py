"""What the rows of a sheet mean: the places and projects behind their names, and their keys."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.refusal import sentence
from volunteer_hub.places.models import Place
from volunteer_hub.projects.models import Project
from volunteer_hub.services.models import ImportBatch
from volunteer_hub.services.queries import sheets as queries
from volunteer_hub.services.rules.records import DayHasNotCome, plain, row_key
from volunteer_hub.services.rules.sheets import Flaw, Line, Numbered, read_line

NO_PLACE = sentence("No place in your area is called “%(name)s”. Write its name or code.")
TWO_PLACES = sentence("Several places are called “%(name)s”. Write the code of the one you mean.")
NO_PROJECT = sentence("No published project is called “%(name)s”. Write its title or short name.")
TWO_PROJECTS = sentence("Several projects are called “%(name)s”. Write the short name of one.")
SHORT_OF = "社区"  # people write 甘家巷 for 甘家巷社区
Named = TypeVar("Named", Place, Project)


class Entry(NamedTuple):
    """A good row with what its names stand for."""

    line: Line
    place: Place
    project: Project | None
    key: str


def read_entries(
    rows: Iterable[Numbered], batch: ImportBatch, *, now: datetime
) -> tuple[list[Entry], list[Flaw]]:
    """Read rows and look up their names; each flaw is a sentence for whoever filled them in.

    A row without a place happened at the place that the sheet was handed in for.
    """
    read = [read_line(row) for row in rows]
    lines = [line for line, _ in read if line]
    flaws = [flaw for _, found in read for flaw in found]
    places = _places({line.place for line in lines if line.place}, batch)
    projects = _projects({line.project for line in lines if line.project}, batch)
    entries = []
    for line in lines:
        wrong = [
            *_unclear(line, "place", places, NO_PLACE, TWO_PLACES),
            *_unclear(line, "project", projects, NO_PROJECT, TWO_PROJECTS),
        ]
        if line.occurred_on > local_day(now):
            wrong.append(Flaw(line.number, "occurred_on", DayHasNotCome.said, {}))
        flaws += wrong
        if not wrong:
            place = places[line.place][0] if line.place else batch.place
            project = projects[line.project][0] if line.project else None
            entries.append(Entry(line, place, project, _key(line, place, project)))
    return entries, sorted(flaws, key=lambda flaw: flaw.row)


def _places(names: set[str], batch: ImportBatch) -> dict[str, list[Place]]:
    spelled = {name: {name, name.lower(), plain(name), name + SHORT_OF} for name in names}
    found = queries.places_named(set().union(*spelled.values()), batch.place.path)
    return _by_name(spelled, found, ("code", "name_zh", "name_en"))


def _projects(names: set[str], batch: ImportBatch) -> dict[str, list[Project]]:
    spelled = {name: {name, name.lower(), plain(name)} for name in names}
    found = queries.projects_named(set().union(*spelled.values()), batch.place.path)
    return _by_name(spelled, found, ("slug", "title_zh", "title_en"))


def _by_name(
    spelled: Mapping[str, set[str]], found: Sequence[Named], columns: Sequence[str]
) -> dict[str, list[Named]]:
    """Pair each name with whatever is called so; a code or short name is meant alone."""
    named: dict[str, list[Named]] = {}
    for name, spellings in spelled.items():
        called = [t for t in found if any(getattr(t, c) in spellings for c in columns)]
        exact = [thing for thing in called if getattr(thing, columns[0]) in spellings]
        named[name] = exact or called
    return named


def _unclear(
    line: Line, field: str, found: Mapping[str, Sequence[object]], none: str, several: str
) -> list[Flaw]:
    name = getattr(line, field)
    if not name or len(found[name]) == 1:
        return []
    return [Flaw(line.number, field, several if found[name] else none, {"name": name[:40]})]


def _key(line: Line, place: Place, project: Project | None) -> str:
    return row_key(
        occurred_on=line.occurred_on,
        place=place.code,
        project=project.slug if project else "",
        mode=line.mode,
        service_type=line.service_type,
        person_times=line.person_times,
        persons_known=line.persons_known,
        evidence=line.evidence,
    )
