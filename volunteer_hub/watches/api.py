"""Where people are missing, for programs of the staff."""

from datetime import timedelta

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import AwareDatetime, Field

from volunteer_hub.foundation.api import ListOf, Out, Paged, answer_page, blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import localized, zone
from volunteer_hub.places.queries import get_named
from volunteer_hub.shifts.models import Shift
from volunteer_hub.watches import policy
from volunteer_hub.watches.queries.gaps import page_gaps
from volunteer_hub.watches.rules import LOOKS_AHEAD

api = blueprint("watches_api", __name__)
blueprints = (api,)

TAG = Tag(name="gaps")


class GapsQuery(Paged):
    """The gaps at one's places, or at one of them and below."""

    place: str | None = Field(None, description="a place's code within your scope")
    days: int = Field(LOOKS_AHEAD.days, ge=1, le=60, description="how far ahead to look, in days")


class GapOut(Out):
    shift: int = Field(description="the shift's id")
    activity_title: str
    title: str = Field(description="what is done there")
    place: str = Field(description="the place's code")
    place_name: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    missing_persons: int = Field(description="how many more people are needed at least")
    minimum_persons: int = Field(description="how many people are needed at least")
    confirmed_persons: int = Field(description="how many people have a place")
    waiting_persons: int = Field(description="how many people stand in line")
    places: int = Field(description="how many people fit in")


@api.get(
    "/gaps",
    responses={200: ListOf[GapOut]},
    tags=[TAG],
    summary="List the shifts at your places that lack people, the next first",
)
@permits(policy.READ_GAPS)
def list_gaps(query: GapsQuery) -> Response:
    page = page_gaps(
        _paths(query.place),
        now=utc_now(),
        ahead=timedelta(days=query.days),
        after=query.after,
        limit=query.limit,
    )
    asked = query.model_dump(mode="json", exclude_defaults=True)
    return answer_page(page, _show, "watches_api.list_gaps", **asked)


def _paths(code: str | None) -> tuple[str, ...]:
    actor = current_actor()
    if not code:
        return actor.paths(policy.READ_GAPS.roles or ())
    place = get_named(code)
    policy.READ_GAPS.ensure(actor, path=place.path)
    return (place.path,)


def _show(shift: Shift) -> GapOut:
    return GapOut(
        shift=shift.id,
        activity_title=localized(shift.activity, "title"),
        title=localized(shift, "title"),
        place=shift.place.code,
        place_name=localized(shift.place, "name"),
        starts_at=shift.starts_at.astimezone(zone()),
        ends_at=shift.ends_at.astimezone(zone()),
        missing_persons=shift.minimum - shift.confirmed,
        minimum_persons=shift.minimum,
        confirmed_persons=shift.confirmed,
        waiting_persons=shift.waiting,
        places=shift.capacity + shift.capacity_extra,
    )
