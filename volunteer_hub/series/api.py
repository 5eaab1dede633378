"""Series for programs, and moving an activity with its shifts."""

from datetime import date, time

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import AwareDatetime, BaseModel, Field

from volunteer_hub.activities.models import Series
from volunteer_hub.activities.queries import series as queries
from volunteer_hub.activities.queries.activities import (
    get_activity,
    get_running_project,
    get_site,
)
from volunteer_hub.activities.queries.words import say_rule
from volunteer_hub.activities.rules.recurrence import parse
from volunteer_hub.foundation.api import In, ListOf, Out, Paged, answer, answer_page, blueprint
from volunteer_hub.foundation.clock import Span, utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import localized, zone
from volunteer_hub.foundation.replay import replayed
from volunteer_hub.planning.actions import occurrences
from volunteer_hub.planning.policy import MOVE
from volunteer_hub.series import policy
from volunteer_hub.series.actions import series as actions
from volunteer_hub.series.queries import report

api = blueprint("series_api", __name__)
blueprints = (api,)

TAG = Tag(name="series")
AS_THEY_ARE = ("id", "rule", "first_on", "last_on", "begins", "minutes", "zone")


class SeriesPath(BaseModel):
    series_id: int


class MovedPath(BaseModel):
    activity_id: int


class SeriesIn(In):
    title: str = Field(min_length=1, max_length=120)
    title_en: str | None = Field(None, max_length=120)
    description: str = Field("", max_length=4000)
    description_en: str | None = Field(None, max_length=4000)
    place: str = Field(description="the code of a place within your scope")
    project: str | None = Field(None, description="the slug of a published project")
    rule: str = Field(max_length=200, description="an RRULE, such as FREQ=MONTHLY;BYMONTHDAY=5")
    first_on: date = Field(description="it begins on the first day from here on that fits")
    last_on: date | None = None
    begins: time = Field(description="on the wall of the place, such as 08:00")
    minutes: int = Field(ge=1, le=10080)
    publishes: bool = Field(False, description="whether days are published as they are made")


class SeriesOut(Out):
    id: int
    title: str
    description: str
    place: str = Field(description="the place's code")
    place_name: str
    project: str | None
    rule: str
    rule_words: str = Field(description="the rule in the reader's language")
    first_on: date
    last_on: date | None
    begins: time
    minutes: int
    zone: str
    publishes: bool
    state: str


class OccurrenceOut(Out):
    activity: int = Field(description="its number")
    nominal_on: date | None = Field(description="the day its series names, if it is of one")
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    state: str
    day_off: str | None = Field(description="the holiday, or makeup-workday")
    choice: str = Field(description="none, waiting, kept, moved or cancelled")
    persons: int = Field(description="persons with a confirmed place, each once")


class MoveIn(In):
    starts_at: AwareDatetime
    ends_at: AwareDatetime


@api.get(
    "/series",
    responses={200: ListOf[SeriesOut]},
    tags=[TAG],
    summary="List the series at your places, the newest first",
)
@permits(policy.READ)
def list_series(query: Paged) -> Response:
    paths = current_actor().paths(policy.READ.roles or ())
    page = queries.page_series(paths, now=utc_now(), after=query.after, limit=query.limit)
    series = page.map(lambda row: row.series)
    asked = query.model_dump(mode="json", exclude_defaults=True)
    return answer_page(series, _show, "series_api.list_series", **asked)


@api.post(
    "/series",
    responses={201: SeriesOut},
    tags=[TAG],
    summary="Begin a series; its days are made 90 days ahead",
)
@permits(policy.PLAN)
@replayed
def create_series(body: SeriesIn) -> Response:
    place = get_site(body.place)
    project = get_running_project(body.project) if body.project else None
    policy.PLAN.ensure(current_actor(), path=place.path)
    with transaction():
        series = actions.create_series(
            place=place,
            project=project,
            title_zh=body.title,
            title_en=body.title_en,
            description_zh=body.description,
            description_en=body.description_en,
            rule=parse(body.rule),
            first_on=body.first_on,
            last_on=body.last_on,
            begins=body.begins.replace(tzinfo=None),
            minutes=body.minutes,
            zone=zone().key,
            publishes=body.publishes,
            created_by=current_actor().person_id,
            now=utc_now(),
        )
    return answer(_show(series), 201)


@api.get(
    "/series/<int:series_id>",
    responses={200: SeriesOut},
    tags=[TAG],
    summary="Read one series",
)
@permits(policy.READ)
def read_series(path: SeriesPath) -> Response:
    return answer(_show(_open(path.series_id)))


@api.get(
    "/series/<int:series_id>/occurrences",
    responses={200: ListOf[OccurrenceOut]},
    tags=[TAG],
    summary="List the days of a series in their nominal order",
)
@permits(policy.READ)
def list_occurrences(path: SeriesPath, query: Paged) -> Response:
    _open(path.series_id)
    page = report.page_occurrences(path.series_id, after=query.after, limit=query.limit)
    asked = {"series_id": path.series_id, **query.model_dump(exclude_defaults=True)}
    return answer_page(page, _show_day, "series_api.list_occurrences", **asked)


@api.post(
    "/activities/<int:activity_id>/move",
    responses={200: OccurrenceOut},
    tags=[TAG],
    summary="Move an activity with its shifts; everybody who signed up is told",
)
@permits(MOVE)
@replayed
def move_activity(path: MovedPath, body: MoveIn) -> Response:
    activity = get_activity(path.activity_id)
    MOVE.ensure(current_actor(), path=activity.place.path)
    span = Span(body.starts_at, body.ends_at)
    with transaction():
        occurrences.move_activity(activity=activity, span=span, now=utc_now())
    return answer(_show_day(report.count_one(activity)))


def _open(series_id: int) -> Series:
    series = queries.get_series(series_id)
    policy.READ.ensure(current_actor(), path=series.place.path)
    return series


def _show(series: Series) -> SeriesOut:
    return SeriesOut(
        title=localized(series, "title"),
        description=localized(series, "description"),
        place=series.place.code,
        place_name=localized(series.place, "name"),
        project=series.project.slug if series.project else None,
        rule_words=say_rule(series.recurrence),
        publishes=series.publishes,
        state=series.state,
        **{name: getattr(series, name) for name in AS_THEY_ARE},
    )


def _show_day(counted: report.Counted) -> OccurrenceOut:
    activity = counted.activity
    return OccurrenceOut(
        activity=activity.id,
        nominal_on=activity.nominal_on,
        starts_at=activity.starts_at.astimezone(zone()),
        ends_at=activity.ends_at.astimezone(zone()),
        state=activity.state,
        day_off=activity.day_off,
        choice=activity.choice,
        persons=counted.persons,
    )
