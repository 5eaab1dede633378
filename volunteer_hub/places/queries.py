"""Every select() on places."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, false, or_, select

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import localized
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.foundation.refusal import BrokenInput, NotFound, sentence
from volunteer_hub.places.models import Place

INDENT = "　"  # as wide as a Chinese character


class Choice(NamedTuple):
    """One place in a select list; `label` is indented by its depth below the first ones."""

    id: int
    code: str
    label: str


def get_place(place_id: int) -> Place:
    place = db.session.get(Place, place_id)
    if place is None:
        raise NotFound
    return place


def find_by_code(code: str) -> Place | None:
    return db.session.scalars(select(Place).where(Place.code == code)).one_or_none()


def get_by_code(code: str) -> Place:
    place = find_by_code(code)
    if place is None:
        raise NotFound
    return place


def get_named(code: str) -> Place:
    """Read the place that a program names by its code.

    :raises BrokenInput: naming place, if there is none
    """
    place = find_by_code(code)
    if place is None:
        raise BrokenInput([("place", sentence("No place has this code."))])
    return place


def list_places(
    *, paths: Iterable[str] | None = None, kinds: Collection[str] | None = None
) -> list[Place]:
    """List places in the order of the tree, siblings by pinyin; `paths` keeps what lies there."""
    wanted = select(Place)
    if paths is not None:
        wanted = wanted.where(within(paths))
    if kinds is not None:
        wanted = wanted.where(Place.kind.in_(kinds))
    places = list(db.session.scalars(wanted))
    names = {place.path: (place.sort_key, place.code) for place in places}
    return sorted(places, key=lambda place: [names.get(p, ("", p)) for p in steps(place.path)])


def choices(
    paths: Iterable[str] | None = None, *, kinds: Collection[str] | None = None
) -> list[Choice]:
    """List the places at or below the paths for a select list; all of them without paths."""
    places = list_places(paths=paths, kinds=kinds)
    top = min((place.depth for place in places), default=0)
    return [
        Choice(place.id, place.code, INDENT * (place.depth - top) + localized(place, "name"))
        for place in places
    ]


def list_above(place: Place) -> list[Place]:
    """List what the place lies in, the widest first."""
    above = select(Place).where(Place.path.in_(steps(place.path)[:-1]))
    return sorted(db.session.scalars(above), key=lambda one: one.depth)


def page_below(place: Place, *, after: str | None) -> Page[Place]:
    """Read one page of what stands directly below the place, by pinyin."""
    children = select(Place).where(Place.parent_id == place.id)
    return read_page(children, keys=[Place.sort_key, Place.id], after=after)


def below(path: str) -> ColumnElement[bool]:
    """Say in SQL: at the path or anywhere below it."""
    return Place.path.like(f"{path}%")  # a path has no character that LIKE would read otherwise


def within(paths: Iterable[str]) -> ColumnElement[bool]:
    """Say in SQL: at or below one of the paths; with no path nothing is."""
    return or_(false(), *(below(path) for path in paths))


def ids_within(paths: Iterable[str]) -> Select[Any]:
    """Select the ids of the places at or below the paths, for `column.in_(…)`."""
    return select(Place.id).where(within(paths))


def steps(path: str) -> list[str]:
    """List the paths from the root down to this one: /a/b/ → ['/a/', '/a/b/']."""
    codes = path.strip("/").split("/")
    return [f"/{'/'.join(codes[: n + 1])}/" for n in range(len(codes))]
