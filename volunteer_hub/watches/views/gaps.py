"""Where people are missing in the next 14 days, for the staff of the places."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from flask import render_template, request, url_for

from volunteer_hub.activities.queries.activities import SITES
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.places.queries import choices, get_by_code
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.watches import policy
from volunteer_hub.watches.forms import GapsFilter
from volunteer_hub.watches.queries.gaps import Missing, missing_by_day, page_gaps
from volunteer_hub.watches.views.watches import blueprint

blueprints = (blueprint,)


class DayOfGaps(NamedTuple):
    """The gaps of a day that stand on this page, and how many people the whole day lacks."""

    day: date
    shifts: Sequence[Shift]
    missing: Missing


@blueprint.get("/watches/gaps")
@permits(policy.READ_GAPS)
def gaps() -> str:
    """List the shifts that lack people, day by day; the place stands in the address."""
    now, form = utc_now(), _filter()
    paths = _paths(form.place.data)
    page = page_gaps(paths, now=now, after=request.args.get("after"))
    totals = missing_by_day(paths, now=now)
    asked = {"place": form.place.data} if form.place.data else {}
    return render_template(
        "watches/gaps.html",
        form=form,
        days=_days(page.items, totals),
        total=Missing(*map(sum, zip(*totals.values(), strict=True))) if totals else Missing(0, 0),
        where=where,
        next_url=url_for(".gaps", after=page.next, **asked) if page.next else "",
        today=local_day(now),
    )


def _filter() -> GapsFilter:
    """Read the address; a place outside one's scope is one that does not exist."""
    form = GapsFilter(request.args, meta={"csrf": False})
    offered = choices(_paths(""), kinds=SITES)
    form.place.choices = {"": _("All my places")} | {one.code: one.label for one in offered}
    if not form.validate():
        raise NotFound
    return form


def _paths(code: str) -> tuple[str, ...]:
    if code:
        return (get_by_code(code).path,)
    return current_actor().paths(policy.READ_GAPS.roles or ())


def _days(shifts: Sequence[Shift], totals: dict[date, Missing]) -> list[DayOfGaps]:
    by_day = groupby(shifts, key=lambda shift: local_day(shift.starts_at))
    return [DayOfGaps(day, list(found), totals[day]) for day, found in by_day]
