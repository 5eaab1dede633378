"""How what is on is divided into days, weeks and months, and what a calendar leaves out.  Pure."""

from calendar import Calendar
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from volunteer_hub.foundation.clock import Days

VIEWS = ("agenda", "week", "month")
WEEK = timedelta(days=7)


class Frame(NamedTuple):
    """The days that a grid shows: its own, in whole weeks from Monday, and the ways on."""

    days: Days
    weeks: list[list[date]]
    before: date  # a day of the frame before this one
    after: date


class Plan(NamedTuple):
    """How a calendar is told on which days a series is held."""

    first: date
    until: date | None  # the last day that the rule is good for; None if it is good for none
    left_out: list[date]
    added: list[date]


def week_of(day: date, *, today: date) -> str:
    """Say which group of the list a day belongs to: this week, the next, or later."""
    weeks = (monday(day) - monday(today)).days // 7
    return "this" if weeks <= 0 else "next" if weeks == 1 else "later"


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_frame(day: date) -> Frame:
    """Frame the week that the day lies in."""
    first = monday(day)
    days = [first + timedelta(days=n) for n in range(7)]
    return Frame(Days(first, first + WEEK), [days], first - WEEK, first + WEEK)


def month_frame(day: date) -> Frame:
    """Frame the month that the day lies in; the days around it fill its first and last week."""
    days = Days.month(day)
    weeks = Calendar().monthdatescalendar(day.year, day.month)
    return Frame(days, weeks, days.first - timedelta(days=1), days.end)


def place_in(days: Days, *, asked: date | None, today: date) -> date:
    """Choose the day that another view opens at: the one asked for, today, or else the first."""
    inside = (day for day in (asked, today) if day and days.first <= day < days.end)
    return next(inside, days.first)


def plan(*, named: Sequence[date], held: Sequence[date]) -> Plan:
    """Write the days on which a series is held as its rule, less some days and with others.

    Nothing beyond the last day that is held is promised: the rule may say every month for ever.

    :param named: the days that the rule names, from the first one held to the last
    :param held: the nominal days on which something is held for everybody to see, at least one
    """
    by_rule, shown = sorted(set(named) & set(held)), set(held)
    if not by_rule:
        return Plan(held[0], None, [], list(held))  # not all programs count the first by itself
    first, last = by_rule[0], by_rule[-1]
    return Plan(
        first=first,
        until=last,
        left_out=[day for day in named if first < day < last and day not in shown],
        added=[day for day in held if day not in by_rule],
    )
