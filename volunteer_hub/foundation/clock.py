"""Instants, local days and spans.  Only doors and workers read the clock; the rest is told."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """Read the clock: an aware instant in UTC."""
    return datetime.now(UTC)


class Span(NamedTuple):
    """From `starts_at` up to, but not including, `ends_at`; aware instants."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Span") -> bool:
        """Tell whether both share a moment; back-to-back spans do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class Days(NamedTuple):
    """Whole local days from `first` up to, but not including, `end`."""

    first: date
    end: date

    @classmethod
    def year(cls, year: int) -> Self:
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def month(cls, day: date) -> Self:
        first = day.replace(day=1)
        return cls(first, next_month(first))

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Name the local day of an instant: 16:30 UTC on the 4th is the 5th in Shanghai."""
    return instant.astimezone(zone).date()


def local_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Turn a naive wall-clock time into an instant.

    fold=0 gives both rules at once: a time that happens twice means the first, and a time
    the clock skips is read with the offset before the change, so it moves forward by the gap.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def day_span(day: date, zone: ZoneInfo) -> Span:
    """Give the instants between which the local day lies."""
    start = local_instant(datetime.combine(day, time()), zone)
    return Span(start, local_instant(datetime.combine(day + timedelta(days=1), time()), zone))


def age_on(day: date, birth_date: date) -> int:
    """Count the full years that somebody has lived on the day."""
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday


def next_month(day: date) -> date:
    """Give the first day of the following month."""
    return day.replace(day=1) + timedelta(days=monthrange(day.year, day.month)[1])
