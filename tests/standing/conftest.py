from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from tests.factories.series import make_series
from tests.world import World
from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.database import transaction

# A Monday at noon in Shanghai; the series meets on Tuesdays at 9:00 there.
NOW = datetime(2026, 12, 7, 4, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 8, 1, tzinfo=UTC)
WEEK, DAY, HOUR = timedelta(weeks=1), timedelta(days=1), timedelta(hours=1)
TODAY = date(2026, 12, 7)


@pytest.fixture
def series(app: Flask, world: World) -> Series:
    """A free clinic on every Tuesday."""
    with transaction():
        return tuesdays(world)


def tuesdays(world: World, **more) -> Series:
    facts = {"title_zh": "周二义诊", "title_en": "Tuesday clinic", "rule": "FREQ=WEEKLY;BYDAY=TU"}
    facts |= {"first_on": date(2026, 12, 8), "begins": time(9), "minutes": 180}
    return make_series(world.community, **(facts | more))
