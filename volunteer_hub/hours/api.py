"""Hours for programs: the caller's own."""

from datetime import date, datetime
from typing import Literal, cast

from flask import Response
from flask_openapi3.models.tag import Tag

from volunteer_hub.foundation.api import ListOf, Out, Paged, answer, answer_page
from volunteer_hub.foundation.api import blueprint as api_blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, zone
from volunteer_hub.hours import policy
from volunteer_hub.hours.models import Dispute, Hours
from volunteer_hub.hours.queries import disputes
from volunteer_hub.hours.queries import hours as queries
from volunteer_hub.hours.rules import stars
from volunteer_hub.hours.rules.hours import Source

api = api_blueprint("hours_api", __name__)
blueprints = (api,)

ME = Tag(name="me", description="The caller's own data")
State = Literal["recorded", "locked", "rejected"]
DisputeState = Literal["open", "upheld", "turned_down", "withdrawn"]


class HoursOut(Out):
    """Minutes that count of `served_minutes`; only locked rows do. `reverses` names the row this
    one takes back, `dispute` the state of the last dispute about it."""

    id: int
    shift: int
    served_on: date
    minutes: int
    served_minutes: int
    source: Source
    state: State
    reverses: int | None
    reason: str | None
    rejected_because: str | None
    recorded_at: datetime
    verified_at: datetime | None
    dispute: DisputeState | None


class YearOut(Out):
    """Locked minutes served in a local year, each class by itself."""

    year: int
    by_class: dict[Source, int]


class StarsOut(Out):
    """The level that whole hours of the counted classes bring; `next` null at the top."""

    stars: int
    minutes: int
    counted_classes: list[Source]
    next_stars: int | None
    minutes_to_next: int | None


class TotalsOut(Out):
    """Locked minutes as of a local day. Classes are never added up unsaid."""

    as_of: date
    by_class: dict[Source, int]
    by_year: list[YearOut]
    stars: StarsOut


@api.get("/me/hours", responses={200: ListOf[HoursOut]}, tags=[ME], summary="One's own hours")
@permits(policy.OWN_HOURS)
def list_my_hours(query: Paged) -> Response:
    """List the caller's hours, the newest first, with every correction."""
    person_id = current_actor().person_id or 0
    page = queries.page_own(person_id, after=query.after, limit=query.limit)
    latest = disputes.list_latest([hours.id for hours in page.items])
    shown = page.map(lambda hours: _show(hours, latest.get(hours.id)))
    return answer_page(shown, lambda out: out, "hours_api.list_my_hours", limit=query.limit)


@api.get("/me/hours/totals", responses={200: TotalsOut}, tags=[ME], summary="One's own totals")
@permits(policy.OWN_HOURS)
def my_totals() -> Response:
    """Add up the caller's locked minutes by class and year, and say which star they bring."""
    totals = queries.hours_of(current_actor().person_id or 0)
    level = stars.standing(totals.by_source, disputes.list_thresholds())
    years = [YearOut.model_validate({"year": y, "by_class": c}) for y, c in totals.by_year.items()]
    return answer(
        TotalsOut(
            as_of=local_day(utc_now()),
            by_class=cast(dict[Source, int], totals.by_source),
            by_year=years,
            stars=StarsOut(
                stars=level.stars,
                minutes=level.minutes,
                counted_classes=cast(list[Source], list(stars.COUNTED)),
                next_stars=level.next.stars if level.next else None,
                minutes_to_next=level.missing if level.next else None,
            ),
        )
    )


def _show(hours: Hours, dispute: Dispute | None) -> HoursOut:
    local = zone()
    return HoursOut(
        id=hours.id,
        shift=hours.shift_id,
        served_on=hours.served_on,
        minutes=hours.minutes,
        served_minutes=hours.served_minutes,
        source=cast(Source, hours.source),
        state=cast(State, hours.state),
        reverses=hours.reverses_id,
        reason=hours.reason,
        rejected_because=hours.rejected_because,
        recorded_at=hours.recorded_at.astimezone(local),
        verified_at=hours.verified_at.astimezone(local) if hours.verified_at else None,
        dispute=cast(DisputeState, dispute.state) if dispute else None,
    )
