"""A week or a month as a grid of days, of which each shows its first shifts."""

from datetime import date
from typing import Any, NamedTuple

from volunteer_hub.calendar import rules
from volunteer_hub.calendar.queries import opportunities
from volunteer_hub.calendar.views.asked import Asked
from volunteer_hub.foundation.doors import current_actor
from volunteer_hub.shifts.queries.lists import ShiftRow
from volunteer_hub.signups.queries import lists

MOST_OF_A_DAY = {"month": 3, "week": 12}  # so that a row of days stays as high as a hand


class Cell(NamedTuple):
    """One day: its first shifts, how many more it has, and where they are."""

    day: date
    inside: bool  # of the week or month shown; else it only fills the row
    rows: list[ShiftRow]
    more: int
    all_url: str


def show(asked: Asked) -> dict[str, Any]:
    """Gather what the page shows of the month or week that was asked for, or of this one."""
    view, frame = asked.view, _frame(asked)
    found = opportunities.by_day(
        asked.wanted_on(frame.days), need=asked.need, most=MOST_OF_A_DAY[view]
    )
    shifts = [shift for day in found.values() for shift in day.shifts]
    rows = {row.id: row for row in lists.rows(shifts, person_id=current_actor().person_id)}

    def cell(day: date) -> Cell:
        first, total = found.get(day, opportunities.NOTHING)
        shown = [rows[shift.id] for shift in first]
        inside = frame.days.first <= day < frame.days.end
        return Cell(day, inside, shown, total - len(shown), asked.at(day=day))

    here = rules.place_in(frame.days, asked=asked.day, today=asked.today)
    return {
        "days": frame.days,
        "weeks": [[cell(day) for day in week] for week in frame.weeks],
        "total": sum(day.total for day in found.values()),
        "before": _at(asked, frame.before),
        "after": _at(asked, frame.after),
        "now_url": asked.at(view),
        "filtered": bool(asked.filters),
        "views": asked.views(here),
    }


def _frame(asked: Asked) -> rules.Frame:
    if asked.view == "week":
        return rules.week_frame(asked.day or asked.today)
    return rules.month_frame(asked.form.good("month") or asked.day or asked.today)


def _at(asked: Asked, day: date) -> str:
    """Address the same view where it shows the day."""
    if asked.view == "week":
        return asked.at("week", from_=day)
    return asked.at("month", month=f"{day:%Y-%m}")
