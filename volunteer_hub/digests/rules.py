"""When the letter of a month is due, and how a number moved within a year.  Pure."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from volunteer_hub.foundation.clock import Days, local_date, local_instant
from volunteer_hub.foundation.policy import COORDINATOR, SUPERVISOR
from volunteer_hub.foundation.refusal import Refusal, sentence
from volunteer_hub.impact.rules.figures import Figure

KIND = "figures-month"
READERS = (COORDINATOR, SUPERVISOR)  # who sees all figures of their places, of few people too
TOLD_ON, TOLD_AT = 3, time(9)  # of the next month: what was done on its last days is verified
STILL_NEWS = timedelta(days=7)  # whoever was missed by then finds the letter on its page
MONTHS_OFFERED = 13
MORE, FEWER, SAME = "more", "fewer", "same"


class NoAddressForLetters(Refusal):
    """Whoever wants the letter has no e-mail address."""

    said = sentence("Your account has no e-mail address. Add one on your page first.")


class LettersAreOff(Refusal):
    """Whoever wants the letter has turned such letters off."""

    said = sentence(
        "You have turned these letters off. Turn them on under “Which letters I get” first."
    )


class Change(NamedTuple):
    """How a number moved: more, fewer or same, and by how much in base units."""

    direction: str
    amount: int


def told_at(days: Days, zone: ZoneInfo) -> datetime:
    """Give the instant at which the letter of a month is due: the 3rd after it, at 9:00."""
    return local_instant(datetime.combine(days.end.replace(day=TOLD_ON), TOLD_AT), zone)


def month_due(now: datetime, zone: ZoneInfo) -> Days | None:
    """Name the month whose letter is to be written now, however late a worker wakes up."""
    closed = newest_closed(local_date(now, zone))
    due = told_at(closed, zone)
    return closed if due <= now < due + STILL_NEWS else None


def newest_closed(today: date) -> Days:
    """Give the last month that is over."""
    return Days.month(today.replace(day=1) - timedelta(days=1))


def months_offered(today: date, *, shown: Days) -> list[Days]:
    """List the closed months of a little more than a year, the newest first, and the one shown."""
    months = [newest_closed(today)]
    while len(months) < MONTHS_OFFERED:
        months.append(newest_closed(months[-1].first))
    return months if shown in months else [*months, shown]


def name_month(days: Days) -> str:
    """Write a month as it stands in addresses and keys: 2026-10."""
    return f"{days.first:%Y-%m}"


def topic_of(place_id: int, days: Days) -> str:
    """Name what the letters of a month about a place speak of."""
    return f"digest:{place_id}:{name_month(days)}"


def read_month(said: str, *, today: date) -> Days | None:
    """Read a closed month out of an address; None if it is none, or not over yet."""
    found = re.fullmatch(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])", said, re.ASCII)
    if found is None:
        return None
    days = Days.month(date(int(found[1]), int(found[2]), 1))
    return days if days.end <= today else None


def with_year_before(days: Days) -> Days:
    """Give thirteen months: from the same month a year before up to this one."""
    return Days(days.first.replace(year=days.first.year - 1), days.end)


def change(figure: Figure, before: Figure) -> Change | None:
    """Compare with the year before; None where one of both is not known.

    No record a year before may mean that nothing was done, or that nobody wrote it down.
    """
    if figure.amount is None or before.amount is None or not before.source_count:
        return None
    moved = figure.amount - before.amount
    if not figure.measure.number(abs(moved)):
        return Change(SAME, 0)
    return Change(MORE if moved > 0 else FEWER, abs(moved))
