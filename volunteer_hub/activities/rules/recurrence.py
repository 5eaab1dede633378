"""Days that recur by a rule of RFC 5545, on the wall of their place.  Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from volunteer_hub.foundation.clock import Days, Span, local_instant
from volunteer_hub.foundation.refusal import BrokenInput, sentence

FREQUENCIES = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY"})
LAST = -1  # the last day of a month, or the last Tuesday
WHICH = (1, 2, 3, 4, 5, LAST)  # of the Tuesdays of a month
MOST_APART = 99

NOT_UNDERSTOOD = sentence(
    "This rule is not understood. Write it as RFC 5545 does: FREQ=MONTHLY;BYMONTHDAY=5."
)
TOO_OFTEN = sentence("Nothing recurs more often than once a day here.")
ONLY_THESE = sentence("Recur by day, week or month; a year is twelve months.")
UNKNOWN_PART = sentence("Only FREQ, INTERVAL, BYDAY and BYMONTHDAY are understood here.")
WRONG_INTERVAL = sentence("Repeat every 1 to 99 days, weeks or months.")
NO_WEEKDAY = sentence("Choose at least one day of the week.")
NO_DAY = sentence("Choose a day from 1 to 31, or the last day of the month.")
DAY_OR_WEEKDAY = sentence("Choose either days of the month or a weekday of the month, not both.")
WRONG_WHICH = sentence("Choose the first to the fifth, or the last, weekday of the month.")
NEVER = sentence("No day fits this rule between the first day and the last.")
ENDS_FIRST = sentence("The last day must not be before the first.")


class Weekday(NamedTuple):
    """A weekday of a month: the second Saturday is Weekday(2, 5), the last Friday (-1, 4)."""

    which: int
    day: int  # 0 is Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A rule: every so many days; weeks, on days of the week; months, on days of the month, which
    are numbers (-1 is the last) or weekdays."""

    frequency: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()  # of a week; 0 is Monday
    month_days: tuple[int, ...] = ()
    month_weekdays: tuple[Weekday, ...] = ()

    def __str__(self) -> str:
        """Write it as the value of an RRULE, always in the same order."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(WEEKDAYS[day] for day in self.weekdays))
        if self.month_days:
            parts.append("BYMONTHDAY=" + ",".join(map(str, self.month_days)))
        if self.month_weekdays:
            parts.append(
                "BYDAY=" + ",".join(f"{which}{WEEKDAYS[day]}" for which, day in self.month_weekdays)
            )
        return ";".join(parts)


def ensure_is_sound(rule: Recurrence) -> None:
    """Refuse a rule that never hits, or that means nothing.

    :raises BrokenInput: naming interval, weekdays, month_day or which
    """
    faults = []
    if not 1 <= rule.interval <= MOST_APART:
        faults.append(("interval", WRONG_INTERVAL))
    if rule.frequency == "WEEKLY" and not rule.weekdays:
        faults.append(("weekdays", NO_WEEKDAY))
    if rule.frequency == "MONTHLY":
        if rule.month_days and rule.month_weekdays:
            faults.append(("month_day", DAY_OR_WEEKDAY))
        elif not rule.month_days and not rule.month_weekdays:
            faults.append(("month_day", NO_DAY))
        if not all(1 <= day <= 31 or day == LAST for day in rule.month_days):
            faults.append(("month_day", NO_DAY))
        if not all(which in WHICH for which, _day in rule.month_weekdays):
            faults.append(("which", WRONG_WHICH))
    if faults:
        raise BrokenInput(faults)


def parse(text: str) -> Recurrence:
    """Read the value of an RRULE.

    :raises BrokenInput: naming rule, with what is wrong about it
    """
    pairs = [part.partition("=") for part in text.removeprefix("RRULE:").upper().split(";")]
    parts = {name: value for name, _, value in pairs}
    if len(parts) != len(pairs) or not all(parts.values()):
        raise _broken(NOT_UNDERSTOOD)
    if parts.get("FREQ") in ("HOURLY", "MINUTELY", "SECONDLY"):
        raise _broken(TOO_OFTEN)
    if parts.get("FREQ") not in FREQUENCIES:
        raise _broken(ONLY_THESE)
    fits = PARTS - {"DAILY": {"BYDAY", "BYMONTHDAY"}, "WEEKLY": {"BYMONTHDAY"}}.get(
        parts["FREQ"], set()
    )
    if not parts.keys() <= fits:
        raise _broken(UNKNOWN_PART)
    try:
        rule = _read(parts)
    except ValueError:
        raise _broken(NOT_UNDERSTOOD) from None
    try:
        ensure_is_sound(rule)
    except BrokenInput as broken:
        raise _broken(broken.errors[0][1]) from None
    return rule


def days(rule: Recurrence, *, first_on: date, between: Days) -> list[date]:
    """List the days of a rule that begins on `first_on`, as far as they lie in `between`.

    A month without the day has none (RFC 5545): the 31st is missed in April.
    """
    since = max(first_on, between.first)
    if since >= between.end:
        return []
    found = _walk(rule, first_on).between(_midnight(since), _midnight(between.last), inc=True)
    return [moment.date() for moment in found]


def first_day(rule: Recurrence, *, since: date) -> date:
    """Find the first day that fits, on or after a day; every other one is counted from it on."""
    return next(upcoming(replace(rule, interval=1), first_on=since))


def upcoming(rule: Recurrence, *, first_on: date) -> Iterator[date]:
    """Walk through the days of a rule, from its first one on."""
    return (moment.date() for moment in _walk(rule, first_on))


def ensure_hits(first_on: date, last_on: date | None, *, given: date) -> None:
    """Refuse a series without a single day.

    :param first_on: the first day that fits
    :param given: from when on staff wanted it
    :raises BrokenInput: naming last_on
    """
    if last_on is None:
        return
    if last_on < given:
        raise BrokenInput([("last_on", ENDS_FIRST)])
    if last_on < first_on:
        raise BrokenInput([("last_on", NEVER)])


def span_on(day: date, *, begins: time, minutes: int, zone: ZoneInfo) -> Span:
    """Give the instants of an occurrence on its nominal day; the wall clock's time is kept."""
    starts_at = local_instant(datetime.combine(day, begins), zone)
    return Span(starts_at, starts_at + timedelta(minutes=minutes))


def _read(parts: dict[str, str]) -> Recurrence:
    monthly = parts["FREQ"] == "MONTHLY"
    named = _list(parts.get("BYDAY"))
    month_weekdays = [Weekday(int(one[:-2]), WEEKDAYS.index(one[-2:])) for one in named if monthly]
    return Recurrence(
        frequency=parts["FREQ"],
        interval=int(parts.get("INTERVAL", "1")),
        weekdays=tuple(sorted({WEEKDAYS.index(one) for one in named if not monthly})),
        month_days=tuple(dict.fromkeys(map(int, _list(parts.get("BYMONTHDAY"))))),
        month_weekdays=tuple(dict.fromkeys(month_weekdays)),
    )


def _list(value: str | None) -> Iterable[str]:
    return value.split(",") if value else ()


def _broken(said: str) -> BrokenInput:
    return BrokenInput([("rule", said)])


def _walk(rule: Recurrence, first_on: date) -> rrule:
    days: list[Any] = [weekday(day, which) for which, day in rule.month_weekdays]
    frequency: Any = FREQUENCIES[rule.frequency]
    return rrule(
        frequency,
        dtstart=_midnight(first_on),
        interval=rule.interval,
        byweekday=[*rule.weekdays, *days] or None,
        bymonthday=rule.month_days or None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
