"""When a text goes that can wait: 8:00 of the morning, on the wall."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from volunteer_hub.messages.rules.times import after_the_night

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("day", "at", "on", "leaves"),
    [
        (5, "07:59", 5, "08:00"),
        (5, "08:00", 5, "08:00"),
        (5, "12:00", 5, "12:00"),
        (5, "20:59", 5, "20:59"),
        (5, "21:00", 6, "08:00"),
        (5, "23:59", 6, "08:00"),
        (6, "00:00", 6, "08:00"),
    ],
)
def test_after_the_night(day, at, on, leaves):
    def wall(day, at):
        hour, minute = map(int, at.split(":"))
        return datetime(2026, 12, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)

    assert after_the_night(wall(day, at), SHANGHAI) == wall(on, leaves)
