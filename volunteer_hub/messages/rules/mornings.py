"""When a text message goes that can wait until people are awake.  Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from volunteer_hub.messages.rules.times import QUIET_UNTIL, is_quiet


def after_the_night(instant: datetime, zone: ZoneInfo) -> datetime:
    """Move an instant out of the night, on to 8:00 of the next morning."""
    if not is_quiet(instant, zone):
        return instant
    wall = instant.astimezone(zone)
    day = wall.date() if wall.time() < QUIET_UNTIL else wall.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=zone).astimezone(instant.tzinfo)
