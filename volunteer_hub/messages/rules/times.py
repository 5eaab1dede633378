"""When a letter leaves: leases, pauses and the hours of quiet.  Pure."""

from datetime import datetime, timedelta

from volunteer_hub.foundation.nights import Quiet, after_the_night, before_the_night, is_quiet

LEASE = timedelta(seconds=60)  # how long a drain may hold a letter without a word
HALF_A_LEASE = LEASE.total_seconds() / 2  # seconds
GRACE = timedelta(minutes=5)  # how long a late answer is waited for before bytes are sent again
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)

CODES = "code"  # kinds beginning so are awaited by somebody at the screen: no quiet hours
CAN_WAIT = ("watch-news", "mailing", "credential-expiring")  # nobody awaits them at once
AT_ONCE = timedelta(minutes=1)  # what is due within it answers something that was just done


def pause_after(attempts: int, chance: float) -> timedelta:
    """Say how long to wait after the n-th failure: full jitter below a doubling bound.

    :param attempts: failures before this one
    :param chance: from 0 up to 1, drawn by the caller
    """
    bound = min(FIRST_PAUSE * 2 ** min(attempts, 10), LONGEST_PAUSE)
    return timedelta(seconds=1) + (bound - timedelta(seconds=1)) * chance


def may_wait(kind: str, *, due: datetime, now: datetime) -> bool:
    """Tell whether a text keeps the night: what was planned, and news that nobody awaits.

    What is due now answers something a person just did, or cannot wait; codes never do.

    :param now: when it is, or was, posted
    """
    return not kind.startswith(CODES) and (kind in CAN_WAIT or due > now + AT_ONCE)


def sms_due(
    due: datetime, *, kind: str, now: datetime, expires_at: datetime, quiet: Quiet
) -> datetime | None:
    """Say when a text message leaves; None if the night lasts until it is of no use any more."""
    if not may_wait(kind, due=due, now=now):
        return due
    return out_of_the_night(due, now=now, expires_at=expires_at, quiet=quiet)


def out_of_the_night(
    due: datetime, *, now: datetime, expires_at: datetime, quiet: Quiet
) -> datetime | None:
    """Move what is due at night to the evening before, or if that is over to the morning."""
    early = max(before_the_night(due, *quiet), min(due, now))
    if not is_quiet(early, *quiet):
        return early
    late = after_the_night(early, *quiet)
    return late if late < expires_at else None
