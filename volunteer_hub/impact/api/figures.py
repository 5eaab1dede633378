"""Figures for programs."""

from datetime import date
from typing import Any, Literal

from flask import Response, current_app, url_for
from flask_babel import gettext as _
from flask_openapi3.models.tag import Tag
from pydantic import ConfigDict, Field

from volunteer_hub.foundation.api import In, Money, Out, Query, answer
from volunteer_hub.foundation.api import blueprint as api_blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day
from volunteer_hub.hours.rules.hours import Source
from volunteer_hub.impact import policy
from volunteer_hub.impact.queries import report, rollups
from volunteer_hub.impact.queries.figures import tally
from volunteer_hub.impact.rules.figures import Figure
from volunteer_hub.impact.rules.measures import MEASURES
from volunteer_hub.impact.rules.periods import choose_span

api = api_blueprint("impact_api", __name__)
blueprints = (api,)

FIGURES = Tag(name="figures", description="what was done, added up, with unit and as-of")

Key = Literal[
    "projects_count",
    "funding_awarded",
    "funding_paid_out",
    "funding_spent",
    "pt_professional",
    "pt_outreach",
    "volunteer_hours",
    "volunteers_active",
]
Day = date | None
EARLIEST, LATEST = date(1949, 1, 1), date(2199, 12, 31)


class FigureQuery(Query, In):
    """Which figure, of which days [from, to), with facts up to as_of, where."""

    measure: Key
    from_: Day = Field(None, alias="from", ge=EARLIEST, le=LATEST, description="first day")
    to: Day = Field(None, ge=EARLIEST, le=LATEST, description="the day after the last")
    as_of: Day = Field(None, ge=EARLIEST, le=LATEST, description="facts up to this day; today")
    place: str | None = Field(None, description="a place's code: all that lies below it")
    project: str | None = Field(None, description="a project's slug")
    by: Literal["month"] | None = Field(None, description="month: each month as well")


class ClassOut(Out):
    """What one class of hours adds to a figure."""

    model_config = ConfigDict(serialize_by_alias=True)

    class_: Source = Field(alias="class")
    label: str
    value: int | float = Field(description="rounded by itself, to a tenth of an hour")
    unit: str
    minutes: int = Field(description="exact: those of all classes make the figure's")
    source_count: int
    records: str


class MonthOut(Out):
    """The figure of one month, or of the part of it that lies in the period."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: date = Field(alias="from")
    to: date
    value: int | float | None
    precision: str
    source_count: int
    records: str
    minutes: int | None = Field(description="the same exactly, for hours")
    classes: list[ClassOut] | None = Field(description="what it is made of, for hours")


class FigureOut(MonthOut):
    """A figure with all that it needs to be understood."""

    measure: str
    label: str
    unit: str = Field(description="the unit in the reader's language")
    unit_code: str
    money: Money | None = Field(description="the same in minor units, for funding")
    definition: str
    definition_version: int
    as_of: date
    place: str | None
    project: str | None
    pending_changes: int = Field(description="verified changes that are just being added")
    by_month: list[MonthOut] | None


@api.get("/figures", responses={200: FigureOut}, tags=[FIGURES], summary="One public figure")
@permits(policy.READ)
def read_figure(query: FigureQuery) -> Response:
    today, measure = local_day(utc_now()), MEASURES[query.measure]
    opening = min(rollups.list_years(), default=today.year)
    days, as_of = choose_span(
        first=query.from_, end=query.to, as_of=query.as_of, today=today, opening=opening
    )
    scope = report.get_scope(
        days=days, as_of=as_of, place=query.place or "", project=query.project or ""
    )
    everything = policy.READ_SMALL_GROUPS.allows(current_actor(), path=scope.path)
    found = tally(scope, [measure])
    [whole] = report.guard([found.figure(measure)], scope, everything=everything)
    months = None
    if query.by:
        months = report.guard_months(found.by_month(measure), whole=whole, everything=everything)
    return answer(_figure(whole, months))


def _figure(whole: Figure, months: list[Figure] | None) -> FigureOut:
    scope = whole.scope
    return FigureOut(
        **_counted(whole),
        measure=whole.measure.key,
        label=_(whole.label),
        unit=_(whole.unit),
        unit_code=whole.measure.unit_code,
        money=money(whole.amount or 0) if whole.measure.unit_code == "yuan" else None,
        definition=_(whole.measure.definition),
        definition_version=whole.definition_version,
        as_of=whole.as_of,
        place=scope.place or None,
        project=scope.project or None,
        pending_changes=rollups.count_pending().changes,
        by_month=None if months is None else [MonthOut(**_counted(month)) for month in months],
    )


def _counted(figure: Figure) -> dict[str, Any]:
    return {
        "from": figure.days.first,
        "to": figure.days.end,
        "precision": figure.precision,
        **_told(figure),
        "minutes": figure.amount if figure.classes else None,
        "classes": [_class(one) for one in figure.classes] or None,
    }


def _class(figure: Figure) -> ClassOut:
    return ClassOut(
        **{"class": figure.measure.source},
        **_told(figure),
        label=_(figure.label),
        unit=_(figure.unit),
        minutes=figure.amount or 0,
    )


def _told(figure: Figure) -> dict[str, Any]:
    value, whole = figure.value, figure.measure.decimals == 0
    return {
        "value": None if value is None else int(value) if whole else float(value),
        "source_count": figure.source_count,
        "records": url_for("impact.records", **figure.records, _external=True),
    }


def money(fen: int) -> Money:
    """Say fen with their currency."""
    return Money(amount=fen, currency=current_app.config["SETTINGS"].currency)
