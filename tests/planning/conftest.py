from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.factories.series import market
from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.series.actions.series import create_series
from volunteer_hub.shifts.models import Shift

SHANGHAI = ZoneInfo("Asia/Shanghai")
STORY = datetime(2019, 1, 2, 9, tzinfo=SHANGHAI)


@pytest.fixture
def story():
    """Play at the second of January 2019, nine o'clock in Lanzhou."""
    with time_machine.travel(STORY, tick=False):
        yield


@pytest.fixture
def begin(app: Flask, story) -> Callable[..., Series]:
    """Begin the market of the 5th, or another series, in a transaction of its own."""

    def begin(place, **more) -> Series:
        with transaction():
            return create_series(**market(place, **more), now=utc_now())

    return begin


@pytest.fixture
def day_of(app: Flask) -> Callable[[Series, date], Activity]:
    """Read the occurrence of a nominal day as it is now."""

    def day_of(series: Series, nominal_on: date) -> Activity:
        found = select(Activity).filter_by(series_id=series.id, nominal_on=nominal_on)
        return db.session.scalars(found.execution_options(populate_existing=True)).one()

    return day_of


@pytest.fixture
def shifts_of(app: Flask) -> Callable[[Activity], list[Shift]]:
    """Read the shifts of an activity as they are now, by their start."""

    def shifts_of(activity: Activity) -> list[Shift]:
        found = select(Shift).filter_by(activity_id=activity.id).order_by(Shift.starts_at, Shift.id)
        return list(db.session.scalars(found.execution_options(populate_existing=True)))

    return shifts_of
