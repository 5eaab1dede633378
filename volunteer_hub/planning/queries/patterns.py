"""Questions about patterns of shifts, their templates, and the shifts of one activity."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import ids_within, steps
from volunteer_hub.planning.models import ActivityTemplate, ShiftPattern
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

MOST_CHOICES = 100  # templates in a choice


def get_pattern(pattern_id: int) -> ShiftPattern:
    """Read a pattern with what it belongs to, and its place.

    :raises NotFound: if there is none
    """
    found = select(ShiftPattern).options(
        joinedload(ShiftPattern.series).joinedload(Series.place),
        joinedload(ShiftPattern.template).joinedload(ActivityTemplate.place),
    )
    pattern = db.session.scalars(found.where(ShiftPattern.id == pattern_id)).one_or_none()
    if pattern is None:
        raise NotFound
    return pattern


def list_patterns(
    *, series_id: int | None = None, template_id: int | None = None
) -> Sequence[ShiftPattern]:
    """List the patterns of a series, or of a template, in the order of their day; a handful."""
    owner = (
        ShiftPattern.series_id == series_id
        if series_id is not None
        else ShiftPattern.template_id == template_id
    )
    order = ShiftPattern.begins_after, ShiftPattern.id
    return db.session.scalars(select(ShiftPattern).where(owner).order_by(*order)).all()


def get_template(template_id: int) -> ActivityTemplate:
    """Read a template with its place and project.

    :raises NotFound: if there is none
    """
    template = db.session.scalars(
        _templates().where(ActivityTemplate.id == template_id)
    ).one_or_none()
    if template is None:
        raise NotFound
    return template


def page_templates(paths: Sequence[str], *, after: str | None) -> Page[ActivityTemplate]:
    """Read one page of the templates of the places, and of those they lie in, the newest first."""
    found = _usable(paths)
    return read_page(found, keys=[ActivityTemplate.id], after=after, descending=True)


def list_templates(paths: Sequence[str]) -> Sequence[ActivityTemplate]:
    """List the templates that may be chosen at the places, by name."""
    order = ActivityTemplate.name, ActivityTemplate.id
    return db.session.scalars(_usable(paths).order_by(*order).limit(MOST_CHOICES)).all()


def list_shifts_to_copy(activity_id: int, *, cancelled_too: bool) -> Sequence[Shift]:
    """List the shifts of an activity as it was planned."""
    found = select(Shift).where(Shift.activity_id == activity_id)
    if not cancelled_too:
        found = found.where(Shift.state != "cancelled")
    return db.session.scalars(found.order_by(Shift.starts_at, Shift.id)).all()


def list_drafts(activity_id: int, *, now: datetime) -> Sequence[Shift]:
    """List the coming shifts of an activity that are not published."""
    drafts = Shift.activity_id == activity_id, Shift.state == "draft", Shift.starts_at > now
    return db.session.scalars(select(Shift).where(*drafts).order_by(Shift.id)).all()


def ids_to_move(activity_id: int, *, now: datetime, later: bool) -> list[int]:
    """List the shifts that move with their activity, in an order in which none meets another.

    Whoever serves on two of them would else be at both at once for a moment.
    """
    goes_on = Shift.state != "cancelled", Shift.ends_at > now
    order = Shift.starts_at.desc() if later else Shift.starts_at.asc()
    found = select(Shift.id).where(Shift.activity_id == activity_id, *goes_on)
    return list(db.session.scalars(found.order_by(order, Shift.id)))


def list_signed_up(activity_id: int, *, now: datetime) -> Sequence[Person]:
    """List who has, or waits for, a place on a coming shift of the activity; each person once."""
    live = Signup.ended_at.is_(None), Shift.activity_id == activity_id, Shift.ends_at > now
    theirs = select(Signup.person_id).join(Signup.shift).where(*live)
    return db.session.scalars(select(Person).where(Person.id.in_(theirs)).order_by(Person.id)).all()


def _templates() -> Select[ActivityTemplate]:
    return select(ActivityTemplate).options(
        joinedload(ActivityTemplate.place, innerjoin=True), joinedload(ActivityTemplate.project)
    )


def _usable(paths: Sequence[str]) -> Select[ActivityTemplate]:
    """Select what belongs to the places, to what lies below them, or to what they lie in."""
    above = select(Place.id).where(Place.path.in_([step for path in paths for step in steps(path)]))
    return _templates().where(
        or_(ActivityTemplate.place_id.in_(ids_within(paths)), ActivityTemplate.place_id.in_(above))
    )
