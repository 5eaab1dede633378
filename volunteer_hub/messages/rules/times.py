"""When a letter leaves: leases, pauses and the hours of quiet.  Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LEASE = timedelta(seconds=60)  # how long a drain may hold a letter without a word
HALF_A_LEASE = LEASE.total_seconds() / 2  # seconds
GRACE = timedelta(minutes=5)  # how long a late answer is waited for before bytes are sent again
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)

QUIET_FROM, QUIET_UNTIL = time(21), time(8)  # text messages keep the night, in local time
CODES = "code"  # kinds beginning so are awaited by somebody at the screen: no quiet hours


def pause_after(attempts: int, chance: float) -> timedelta:
    """Say how long to wait after the n-th failure: full jitter below a doubling bound.

    :param attempts: failures before this one
    :param chance: from 0 up to 1, drawn by the caller
    """
    bound = min(FIRST_PAUSE * 2 ** min(attempts, 10), LONGEST_PAUSE)
    return timedelta(seconds=1) + (bound - timedelta(seconds=1)) * chance


def is_quiet(instant: datetime, zone: ZoneInfo) -> bool:
    """Tell whether people sleep: from 21:00 up to 8:00 on the wall."""
    wall = instant.astimezone(zone).time()
    return wall >= QUIET_FROM or wall < QUIET_UNTIL


def before_the_night(due: datetime, zone: ZoneInfo) -> datetime:
    """Move a planned text message out of the night, back to 20:59 of the evening before."""
    if not is_quiet(due, zone):
        return due
    wall = due.astimezone(zone)
    evening = wall.date() if wall.time() >= QUIET_FROM else wall.date() - timedelta(days=1)
    last = datetime.combine(evening, time(20, 59), tzinfo=zone)
    return last.astimezone(due.tzinfo)


def after_the_night(instant: datetime, zone: ZoneInfo) -> datetime:
    """Move an instant out of the night, on to 8:00 of the next morning."""
    if not is_quiet(instant, zone):
        return instant
    wall = instant.astimezone(zone)
    day = wall.date() if wall.time() < QUIET_UNTIL else wall.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=zone).astimezone(instant.tzinfo)


def sms_due(due: datetime, *, kind: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Say when a text message leaves.

    What is due now answers something a person just did, or cannot wait: it leaves at once, and
    so do codes. What is planned for the night leaves the evening before, or now if that is over.
    """
    if kind.startswith(CODES) or due <= now:
        return due
    return max(before_the_night(due, zone), now)
