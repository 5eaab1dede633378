"""What programs send and get about shifts."""

from datetime import date, datetime

from pydantic import AwareDatetime, BaseModel, Field

from volunteer_hub.foundation.api import In, Out, Paged
from volunteer_hub.foundation.language import localized, zone
from volunteer_hub.shifts.models import Shift


class ShiftPath(BaseModel):
    shift_id: int


class ShiftQuery(Paged):
    """Coming shifts, or those of the days named."""

    from_: date | None = Field(None, alias="from", description="the first day, included")
    to: date | None = Field(None, description="the day after the last one")
    place: str | None = Field(None, description="a place's code; what lies below it counts too")
    project: str | None = Field(None, description="a project's slug")
    open: bool = Field(False, description="only those with a free place that nobody waits for")


class ShiftIn(In):
    activity: int = Field(description="the activity's id")
    title: str = Field(min_length=1, max_length=120, description="the role: guiding and check-in")
    title_en: str | None = Field(None, max_length=120)
    place: str = Field(description="the code of a place within your scope")
    spot: str = Field("", max_length=120, description="where at the place")
    spot_en: str | None = Field(None, max_length=120)
    tasks: str = Field("", max_length=4000)
    tasks_en: str | None = Field(None, max_length=4000)
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    minimum: int = Field(0, ge=0)
    capacity: int = Field(ge=1, le=10_000)
    minimum_age: int | None = Field(None, ge=0, le=120)
    requirements: str = Field("", max_length=4000)
    requirements_en: str | None = Field(None, max_length=4000)
    risk_notice: str = Field("", max_length=4000)
    risk_notice_en: str | None = Field(None, max_length=4000)
    publish: bool = Field(False, description="needs a risk notice; publishes the activity too")


class Places(BaseModel):
    """How many people are needed, fit in, have a place, wait, and how many places are free.

    Of the places that are not free some are offered to who waits, some kept for groups.
    """

    minimum: int
    capacity: int
    confirmed: int
    waiting: int
    offered: int
    reserved: int
    free: int


class ShiftOut(Out):
    id: int
    activity: int
    activity_title: str
    title: str
    place: str = Field(description="the place's code")
    place_name: str
    spot: str
    project: str | None
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    state: str = Field(description="draft, published or cancelled")
    reason: str | None = Field(description="why it was cancelled")
    places: Places
    tasks: str
    requirements: str
    minimum_age: int | None
    training: str | None = Field(description="the code of the training that is needed")
    insurance: bool = Field(description="whether people must be insured until the shift ends")
    opens_at: AwareDatetime | None = Field(description="sign-up, if not at once")
    closes_at: AwareDatetime | None = Field(description="sign-up, if before the start")
    fair_until: AwareDatetime | None = Field(description="until then everybody may ask first")
    risk_notice: str


def show_shift(shift: Shift) -> ShiftOut:
    """Write a shift, loaded with its activity, project and place."""
    return ShiftOut(
        id=shift.id,
        activity=shift.activity_id,
        activity_title=localized(shift.activity, "title"),
        title=localized(shift, "title"),
        place=shift.place.code,
        place_name=localized(shift.place, "name"),
        spot=localized(shift, "spot"),
        project=shift.activity.project.slug if shift.activity.project else None,
        starts_at=shift.starts_at.astimezone(zone()),
        ends_at=shift.ends_at.astimezone(zone()),
        state=shift.state,
        reason=shift.reason,
        places=Places(
            minimum=shift.minimum,
            capacity=shift.capacity,
            confirmed=shift.confirmed,
            waiting=shift.waiting,
            offered=shift.offered,
            reserved=shift.reserved,
            free=shift.free,
        ),
        tasks=localized(shift, "tasks"),
        requirements=localized(shift, "requirements"),
        minimum_age=shift.minimum_age,
        training=shift.need,
        insurance=shift.needs_insurance,
        opens_at=_local(shift.opens_at),
        closes_at=_local(shift.closes_at),
        fair_until=_local(shift.fair_until),
        risk_notice=localized(shift, "risk_notice"),
    )


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(zone()) if instant else None
