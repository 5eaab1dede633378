"""Nights on the wall of a zone: who sleeps from when until when, whatever the clocks do.  Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

QUIET_FROM, QUIET_UNTIL = time(21), time(8)  # on the wall, unless somebody wants it otherwise
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)


class Quiet(NamedTuple):
    """Somebody's night: from `begins` up to `ends` on the wall of the zone they live in."""

    zone: ZoneInfo
    begins: time = QUIET_FROM
    ends: time = QUIET_UNTIL

    @classmethod
    def read(cls, own: Sequence[str | None] | None, *, there: ZoneInfo) -> Self:
        """Read zone, begin and end as a reader chose them; what is missing is as in the place."""
        zone, begins, ends = own or (None, None, None)
        return cls(
            find_zone(zone) or there,
            time.fromisoformat(begins) if begins else QUIET_FROM,
            time.fromisoformat(ends) if ends else QUIET_UNTIL,
        )


def find_zone(name: str | None) -> ZoneInfo | None:
    """Find a zone by its name in the IANA database; None if there is none, or none any more."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def is_quiet(
    instant: datetime, zone: ZoneInfo, begins: time = QUIET_FROM, ends: time = QUIET_UNTIL
) -> bool:
    """Tell whether it is night: from 21:00 up to 8:00 on the wall, unless said otherwise."""
    wall = instant.astimezone(zone).time()
    if begins < ends:
        return begins <= wall < ends
    return wall >= begins or wall < ends


def before_the_night(
    due: datetime, zone: ZoneInfo, begins: time = QUIET_FROM, ends: time = QUIET_UNTIL
) -> datetime:
    """Move a planned text message out of the night, back to the minute before it began: 20:59."""
    if not is_quiet(due, zone, begins, ends):
        return due
    wall = due.astimezone(zone)
    day = wall.date() if wall.time() >= begins else wall.date() - A_DAY
    return min(_instants(datetime.combine(day, begins) - A_MINUTE, zone)).astimezone(due.tzinfo)


def after_the_night(
    instant: datetime, zone: ZoneInfo, begins: time = QUIET_FROM, ends: time = QUIET_UNTIL
) -> datetime:
    """Move an instant out of the night, on to its end: 8:00 of the next morning."""
    if not is_quiet(instant, zone, begins, ends):
        return instant
    wall = instant.astimezone(zone)
    day = wall.date() if wall.time() < ends else wall.date() + A_DAY
    return max(_instants(datetime.combine(day, ends), zone)).astimezone(instant.tzinfo)


def _instants(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Read a time on the wall in both ways: they differ when a clock is set forward or back."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second
