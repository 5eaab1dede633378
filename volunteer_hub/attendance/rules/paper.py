"""What a paper sheet says, line by line, and whether it can be true.  Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from volunteer_hub.attendance.rules.presence import FORGOTTEN_AFTER
from volunteer_hub.foundation.clock import Span, local_instant
from volunteer_hub.foundation.refusal import Refusal, sentence

# People sign in when they come; minutes count from the start all the same.
EARLIEST_ARRIVAL = timedelta(hours=2)  # before the start
LATEST_DEPARTURE = FORGOTTEN_AFTER  # after the end; what is later was forgotten
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
CLOCK = re.compile(r"([01]?\d|2[0-4])[:.h\u70b9 ]?([0-5]\d)", re.ASCII)


class SheetIsRefused(Refusal):
    """Nothing of the sheet was stored; `faults` says why, line by line."""

    status = 422
    said = sentence("Nothing was stored yet. Please look at the marked lines.")

    def __init__(self, faults: Mapping[str, Refusal]) -> None:
        super().__init__()
        self.faults = dict(faults)


class SheetComesLater(Refusal):
    """Before the shift nobody has signed anything."""

    said = sentence("The sheet can be typed in once the shift has begun.")


class TimeIsUnreadable(Refusal):
    """It is no time of the day."""

    status = 422
    said = sentence("Write times as on a clock, such as 8:05 or 0805.")


class NumberIsMissing(Refusal):
    """A line for walk-ins has times and nobody they belong to."""

    status = 422
    said = sentence("Write the volunteer number or the phone as well.")


class NobodyHasThisNumber(Refusal):
    """The whole number must fit."""

    status = 422
    said = sentence("Nobody has this number. Check it, or ask for the phone.")


class ArrivalIsMissing(Refusal):
    """Somebody left, or is named, and no arrival stands there."""

    status = 422
    said = sentence("Write when %(name)s arrived as well.")


class DepartureIsMissing(Refusal):
    """After the shift everybody has left."""

    status = 422
    said = sentence(
        "The shift is over: write when %(name)s left as well. If nobody knows, write its end."
    )


class CameAndDidNot(Refusal):
    """Times and the box say the opposite of each other."""

    status = 422
    said = sentence("Either times or the box for who did not come, not both.")


class TimesDoNotFit(Refusal):
    """The stay lies outside the shift, or ends before it begins."""

    status = 422
    said = sentence(
        "Check the times: people arrive at most two hours before the shift begins and before it"
        " ends, and leave after they arrived, at most four hours after its end."
    )


class StandsOtherwise(Refusal):
    """What stands already is corrected elsewhere, with a reason; the sheet fills what is empty."""

    said = sentence("Other times stand for %(name)s already. Correct them on the shift's hours.")


class OnTheSheetTwice(Refusal):
    """One person, one line."""

    status = 422
    said = sentence("%(name)s stands on this sheet twice.")


class Typed(NamedTuple):
    """The two times of a line as a clock shows them; None where nothing was written."""

    arrived: time | None
    left: time | None


def ensure_begun(span: Span, *, now: datetime) -> None:
    """Refuse a sheet that cannot have been signed.

    :raises SheetComesLater: before the shift's first moment
    """
    if now < span.starts_at:
        raise SheetComesLater


def read_clock(text: str) -> time | None:
    """Read a time as people type it, full-width signs too: 8:05, 805, 0805; 24:00 is midnight.

    :raises TimeIsUnreadable: if it is none
    """
    if not text:
        return None
    found = CLOCK.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None or (found[1] == "24" and found[2] != "00"):
        raise TimeIsUnreadable
    return time(int(found[1]) % 24, int(found[2]))


def ensure_one_way(typed: Typed, *, no_show: bool) -> None:
    """Refuse a line that says both that somebody came and that they did not.

    :raises CameAndDidNot:
    """
    if no_show and any(wall is not None for wall in typed):
        raise CameAndDidNot


def arrived_at(wall: time | None, *, span: Span, zone: ZoneInfo, name: str) -> datetime:
    """Give the arrival its day: past midnight a sheet goes on with the next one.

    :raises ArrivalIsMissing: if none was written
    :raises TimesDoNotFit: outside [start − 2 h, end)
    """
    if wall is None:
        raise ArrivalIsMissing(name=name)
    arrived = _first(wall, since=span.starts_at - EARLIEST_ARRIVAL, zone=zone)
    if arrived >= span.ends_at:
        raise TimesDoNotFit
    return arrived


def left_at(wall: time, *, since: datetime, span: Span, zone: ZoneInfo) -> datetime:
    """Give the departure its day, the first after the arrival on which it can be.

    :raises TimesDoNotFit: if that is more than four hours after the end
    """
    left = _first(wall, since=since + A_MINUTE, zone=zone)
    if left > span.ends_at + LATEST_DEPARTURE:
        raise TimesDoNotFit
    return left


def ensure_gone(left: datetime | None, *, span: Span, name: str, now: datetime) -> None:
    """Refuse half a stay after the shift, when nobody is there any more.

    :raises DepartureIsMissing:
    """
    if left is None and now >= span.ends_at:
        raise DepartureIsMissing(name=name)


def ensure_same(typed: Typed, stands: Typed, *, name: str) -> None:
    """Refuse a time beside another one that stands already; the same one may be typed again.

    :raises StandsOtherwise: if both are there and differ, to the minute
    """
    for wall, other in zip(typed, stands, strict=True):
        if wall is not None and other is not None and wall != other:
            raise StandsOtherwise(name=name)


def _first(wall: time, *, since: datetime, zone: ZoneInfo) -> datetime:
    """Find the first moment from `since` on at which the clock shows this time."""
    earliest = since.replace(second=0, microsecond=0)  # clocks on paper show no seconds
    day = since.astimezone(zone).date()
    found = local_instant(datetime.combine(day, wall), zone)
    if found < earliest:
        found = local_instant(datetime.combine(day + A_DAY, wall), zone)
    return found
