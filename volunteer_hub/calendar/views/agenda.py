"""The agenda: what comes, by week, or the whole of one day."""

from datetime import date, timedelta
from typing import Any

from flask import request

from volunteer_hub.calendar import rules
from volunteer_hub.calendar.queries import opportunities
from volunteer_hub.calendar.views.asked import Asked
from volunteer_hub.foundation.clock import Days, day_span
from volunteer_hub.foundation.doors import current_actor
from volunteer_hub.foundation.language import local_day, zone
from volunteer_hub.shifts.queries.lists import ShiftRow
from volunteer_hub.signups.queries import lists

DAY = timedelta(days=1)
GROUPS = ("this", "next", "later")


def show(asked: Asked) -> dict[str, Any]:
    """Gather what the page shows: one page of shifts by week, or those of one day."""
    day, after = asked.form.good("day"), request.args.get("after")
    days = {"day": day} if day else {"from_": asked.form.good("since")}
    page = opportunities.page_coming(_wanted(asked, day), need=asked.need, after=after)
    rows = lists.rows(page.items, person_id=current_actor().person_id)
    more = asked.at(**days, after=page.next) if page.next else ""
    return {
        "day": day,
        "before": asked.at(day=day - DAY) if day else "",
        "after": asked.at(day=day + DAY) if day else "",
        "groups": {"day": rows} if day else _weeks(rows, today=asked.today),
        "shown": [row for row in rows if row.state != "off"],
        "whole": not more and not after,
        "next_url": more,
        "filtered": bool(asked.filters or asked.day),
        "views": asked.views(asked.day or asked.today),
    }


def _wanted(asked: Asked, day: date | None) -> Any:
    if day:
        return asked.wanted_on(Days(day, day + DAY))
    since = asked.form.good("since")
    first = day_span(since, zone()).starts_at if since else asked.now
    return asked.wanted(since=max(asked.now, first))


def _weeks(rows: list[ShiftRow], *, today: date) -> dict[str, list[ShiftRow]]:
    weeks: dict[str, list[ShiftRow]] = {group: [] for group in GROUPS}
    for row in rows:
        weeks[rules.week_of(local_day(row.starts_at), today=today)].append(row)
    return weeks
