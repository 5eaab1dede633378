"""The public figures: the page, its files, and the rows behind each number."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from volunteer_hub.foundation import sheets
from volunteer_hub.foundation.clock import Days, utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, localized
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.hours.rules.hours import SOURCE_WORDS
from volunteer_hub.impact import policy
from volunteer_hub.impact.forms import ScopeForm
from volunteer_hub.impact.queries import facts, figures, projects, report, rollups
from volunteer_hub.impact.queries import records as rows
from volunteer_hub.impact.rules.figures import Figure, Scope, add
from volunteer_hub.impact.rules.measures import MEASURES, PROJECTS
from volunteer_hub.impact.rules.periods import choose_period, choose_span, quarter_ends
from volunteer_hub.places.queries import choices

blueprint = Blueprint("impact", __name__)
blueprints = (blueprint,)

SHOWN_KINDS = ("subdistrict", "community")  # narrower places hold too few people to offer
MOST_ROWS_ADDED = 100_000  # beyond, adding up the rows themselves would keep a reader waiting
PERSON_TIMES = ("pt_professional", "pt_outreach")


@blueprint.get("/impact")
@permits(policy.READ)
def index() -> str:
    """Show what was done in a period: figures, charts with their tables, money by project."""
    scope = _scope()
    found = _report(scope)
    months = [figure.days for figure in found.by_month["volunteer_hours"]]
    return render_template(
        "impact/index.html",
        report=found,
        scope=scope,
        months=months,
        month_names=[_name_of_month(days.first, months) for days in months],
        person_times=add(found.figures[key] for key in PERSON_TIMES),
        pilot_year=min(found.years, default=None),
        places=choices(kinds=SHOWN_KINDS),
        as_of_days=_as_of_days(found.years, scope),
        measures=MEASURES.values(),
    )


@blueprint.get("/impact.csv")
@permits(policy.READ)
def csv() -> Response:
    """Give the same numbers for a spreadsheet or a program."""
    scope = _scope()
    content = b"".join(sheets.write_csv(_head(), _lines(_report(scope))))
    return _file(content, sheets.CSV_TYPE, f"impact-{scope.days.first}-{scope.as_of}.csv")


@blueprint.get("/impact.xlsx")
@permits(policy.READ)
def xlsx() -> Response:
    scope = _scope()
    content = sheets.write_xlsx(_("Figures"), _head(), _lines(_report(scope)))
    return _file(content, sheets.XLSX_TYPE, f"impact-{scope.days.first}-{scope.as_of}.xlsx")


@blueprint.get("/impact/records")
@permits(policy.READ)
def records() -> str:
    """Show the rows behind a figure, or one class of it, without names; they add up to it."""
    measure, source = MEASURES.get(request.args.get("measure", "")), request.args.get("class")
    if measure is None:
        raise NotFound
    scope = _scope()
    everything = _sees_small_groups(scope)
    found = figures.figures(scope, [measure.key]).values()
    [whole] = report.guard(list(found), scope, everything=everything)
    figure = whole.of_class(source) if source else whole
    kind = "projects" if measure.counts == PROJECTS else measure.word
    page = _PAGES[kind](figure.measure, scope, after=request.args.get("after"))
    quick = figure.source_count <= MOST_ROWS_ADDED and figure.amount is not None
    return render_template(
        "impact/records.html",
        figure=figure,
        whole=whole,
        scope=scope,
        kind=kind,
        page=page,
        next_url=url_for(".records", **figure.records, after=page.next) if page.next else "",
        added=facts.count_facts(figure.measure, scope) if quick else None,
        pending=rollups.count_pending(),
        verified=rollups.find_last_run("verify"),
        everything=everything,
        source_words=SOURCE_WORDS,
    )


@blueprint.get("/projects/<slug>/impact")
@permits(policy.READ)
def project(slug: str) -> str:
    """Show what a project achieved: whom it served, month by month, and how far its targets are."""
    today = local_day(utc_now())
    opening = min(rollups.list_years(), default=today.year)
    days, as_of = choose_span(first=None, end=None, as_of=None, today=today, opening=opening)
    place_free = Scope(days=days, as_of=as_of)
    found = projects.get_figures(
        slug, days=days, as_of=as_of, everything=_sees_small_groups(place_free)
    )
    months = [figure.days for figure in found.by_month["pt_professional"]]
    return render_template(
        "impact/project.html",
        found=found,
        months=months,
        month_names=[_name_of_month(days.first, months) for days in months],
        person_times=add(found.figures[key] for key in PERSON_TIMES),
    )


_PAGES: dict[str, Any] = {
    "service": rows.page_services,
    "funding": rows.page_entries,
    "projects": rows.page_awarded,
    "hours": rows.page_hours,
}


def _scope() -> Scope:
    """Read what the address asks for; without days it is the usual year."""
    form = ScopeForm(request.args)
    form.ensure_readable()
    today = local_day(utc_now())
    asked = {"first": form.first.data, "end": form.end.data, "as_of": form.as_of.data}
    year = today.year if any(asked.values()) else figures.usual_year(today)
    days, as_of = choose_period(**asked, today=today, year=year)
    place, project = form.place.data or "", form.project.data or ""
    return report.get_scope(days=days, as_of=as_of, place=place, project=project)


def _report(scope: Scope) -> report.Report:
    return report.read_report(scope, everything=_sees_small_groups(scope))


def _sees_small_groups(scope: Scope) -> bool:
    return policy.READ_SMALL_GROUPS.allows(current_actor(), path=scope.path)


def _as_of_days(years: Sequence[int], scope: Scope) -> dict[int, list[date]]:
    """Offer the quarter ends of each year that has facts, and the day that was asked for."""
    today = local_day(utc_now())
    found = {year: quarter_ends(year, today=today) for year in sorted(years, reverse=True)}
    days = found.setdefault(scope.as_of.year, [])
    if scope.as_of not in days:
        days.append(scope.as_of)
        days.sort(reverse=True)
    return {year: days for year, days in found.items() if days}


def _name_of_month(day: date, months: list[Days]) -> str:
    """Write a month below a chart, with its year only where there are several."""
    if months[0].first.year != months[-1].first.year:
        return f"{day:%y}/{day.month}"
    return format_date(day, "LLL")


def _head() -> list[str]:
    return [
        _("Measure"),
        _("Name"),
        _("Project"),
        _("Value"),
        _("Unit"),
        _("From"),
        _("To (not included)"),
        _("As of"),
        _("Definition, version"),
        _("Precision"),
        _("Records"),
        _("Where the records are"),
        _("In minutes"),
        *(_("Of these: %(source)s (minutes)", source=_(word)) for word in SOURCE_WORDS.values()),
    ]


def _lines(found: report.Report) -> Iterator[list[Any]]:
    """Write every figure of the page: whole, by month, and money by project."""
    for key, figure in found.figures.items():
        yield _line(figure)
        yield from (_line(month) for month in found.by_month[key])
    for line in found.money:
        title = localized(line.project, "title")
        yield from (_line(figure, title) for figure in (line.awarded, line.paid_out, line.spent))


def _line(figure: Figure, project: str = "") -> list[Any]:
    minutes = {one.measure.source: one.amount for one in figure.classes}  # they make it exactly
    return [
        figure.measure.key,
        _(figure.label),
        project or figure.scope.project,
        figure.written if figure.value is None else figure.value,
        _(figure.unit),
        figure.days.first,
        figure.days.end,
        figure.as_of,
        figure.definition_version,
        figure.precision,
        figure.source_count,
        url_for(".records", **figure.records, _external=True),
        figure.amount if minutes else "",
        *(minutes.get(source, "") for source in SOURCE_WORDS),
    ]


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
