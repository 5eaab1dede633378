"""Shifts for programs."""

from datetime import date, datetime

from flask import Response
from flask_openapi3.models.tag import Tag

from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.queries.activities import (
    UNKNOWN_PLACE,
    UNKNOWN_PROJECT,
    get_activity,
    get_site,
)
from volunteer_hub.foundation.api import ListOf, answer, answer_page, blueprint
from volunteer_hub.foundation.clock import day_span, utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.refusal import BrokenInput, NotFound, sentence
from volunteer_hub.foundation.replay import replayed
from volunteer_hub.places.queries import find_by_code
from volunteer_hub.projects.queries import get_by_slug
from volunteer_hub.shifts import policy
from volunteer_hub.shifts.actions import planning
from volunteer_hub.shifts.api.shapes import ShiftIn, ShiftOut, ShiftPath, ShiftQuery, show_shift
from volunteer_hub.shifts.queries import lists, shifts

api = blueprint("shifts_api", __name__)
blueprints = (api,)

TAG = Tag(name="shifts")
UNKNOWN_ACTIVITY = sentence("There is no activity with this number.")
WORDS = ("title", "spot", "tasks", "requirements", "risk_notice")


@api.get(
    "/shifts",
    responses={200: ListOf[ShiftOut]},
    tags=[TAG],
    summary="List coming shifts by their start",
)
@permits(policy.LIST)
def list_shifts(query: ShiftQuery) -> Response:
    wanted = lists.Wanted(
        since=_begin(query.from_) or utc_now(),
        until=_begin(query.to),
        path=_path(query.place),
        project_id=_project_id(query.project),
        open_only=query.open,
        cancelled_too=False,
    )
    page = lists.list_coming(wanted, after=query.after, limit=query.limit)
    asked = query.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return answer_page(page, show_shift, "shifts_api.list_shifts", **asked)


@api.get(
    "/shifts/<int:shift_id>",
    responses={200: ShiftOut},
    tags=[TAG],
    summary="Read one shift",
)
@permits(policy.LIST)
def read_shift(path: ShiftPath) -> Response:
    shift = shifts.get_shift(path.shift_id)
    if shift.state == "draft":
        policy.READ_DRAFT.ensure(current_actor(), path=shift.place.path)
    return answer(show_shift(shift))


@api.post(
    "/shifts",
    responses={201: ShiftOut},
    tags=[TAG],
    summary="Plan a shift of an activity, and publish it if you like",
)
@permits(policy.CREATE)
@replayed
def create_shift(body: ShiftIn) -> Response:
    actor = current_actor()
    place = get_site(body.place)
    activity = _activity(body.activity)
    for path in (place.path, activity.place.path):
        policy.CREATE.ensure(actor, path=path)
    if body.publish:
        policy.PUBLISH.admit(actor)
        policy.PUBLISH.ensure(actor, path=place.path)
    words = {f"{word}_zh": getattr(body, word) for word in WORDS[1:]}
    words |= {f"{word}_en": getattr(body, f"{word}_en") for word in WORDS}
    now = utc_now()
    with transaction():
        shift = planning.create_shift(
            activity=activity,
            place=place,
            title_zh=body.title,
            starts_at=body.starts_at,
            ends_at=body.ends_at,
            minimum=body.minimum,
            capacity=body.capacity,
            minimum_age=body.minimum_age,
            created_by=actor.person_id,
            now=now,
            **words,
        )
        if body.publish:
            planning.publish_shift(shift=shift, now=now)
    return answer(show_shift(shift), 201)


def _begin(day: date | None) -> datetime | None:
    return day_span(day, zone()).starts_at if day else None


def _path(code: str | None) -> str | None:
    place = find_by_code(code) if code else None
    if code and place is None:
        raise BrokenInput([("place", UNKNOWN_PLACE)])
    return place.path if place else None


def _project_id(slug: str | None) -> int | None:
    try:
        return get_by_slug(slug).id if slug else None
    except NotFound:
        raise BrokenInput([("project", UNKNOWN_PROJECT)]) from None


def _activity(activity_id: int) -> Activity:
    try:
        return get_activity(activity_id)
    except NotFound:
        raise BrokenInput([("activity", UNKNOWN_ACTIVITY)]) from None
