"""Which days are asked for: the period, its months, the day up to which facts count.  Pure."""

from datetime import date, timedelta

from volunteer_hub.foundation.clock import Days, next_month
from volunteer_hub.foundation.refusal import Refusal, sentence


class PeriodIsBackwards(Refusal):
    """The end does not lie after the beginning."""

    status = 422
    said = sentence("The period ends before it begins.")


def choose_period(
    *, first: date | None, end: date | None, as_of: date | None, today: date, year: int
) -> tuple[Days, date]:
    """Choose days and as-of: what was asked for, else the whole year that as_of lies in, or `year`.

    An as-of after the period says no more than its last day.

    :raises PeriodIsBackwards: if it would end before it begins
    """
    last = end - timedelta(days=1) if end else None
    near = last or as_of or first or date(year, 1, 1)
    starts = first or date(near.year, 1, 1)
    ends = end or date((as_of or starts).year + 1, 1, 1)
    if ends <= starts:
        raise PeriodIsBackwards
    days = Days(starts, ends)
    return days, min(as_of or today, days.last)


def choose_span(
    *, first: date | None, end: date | None, as_of: date | None, today: date, opening: int
) -> tuple[Days, date]:
    """Choose days and as-of for a program: all since the year `opening`, unless it asks for less.

    :raises PeriodIsBackwards: if it would end before it begins
    """
    upto = as_of or today
    starts = first or date(min(opening, (end or upto).year), 1, 1)
    ends = end or max(upto, starts) + timedelta(days=1)
    if ends <= starts:
        raise PeriodIsBackwards
    return Days(starts, ends), min(upto, ends - timedelta(days=1))


def months_of(days: Days) -> list[Days]:
    """Cut the period into months; the first and the last may be short."""
    found, first = [], days.first
    while first < days.end:
        end = min(next_month(first), days.end)
        found.append(Days(first, end))
        first = end
    return found


def quarter_ends(year: int, *, today: date) -> list[date]:
    """List the usual as-of days of a year, the newest first; in a running year with today."""
    ends = [Days.month(date(year, month, 1)).last for month in (3, 6, 9, 12)]
    if today.year == year:
        ends = sorted({*ends, today})
    return [day for day in reversed(ends) if day <= today]
