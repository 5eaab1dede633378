from datetime import date

import pytest

from tests.calendar.reading import shanghai
from tests.factories.activities import make_activity
from tests.factories.series import make_series
from volunteer_hub.foundation.database import transaction

HAPPENED = {
    2: {
        "starts_at": shanghai("2019-02-12T08:00"),
        "ends_at": shanghai("2019-02-12T12:00"),
        "day_off": "spring-festival",
        "choice": "moved",
        "edited": True,
        "revision": 1,
    },
    4: {
        "state": "cancelled",
        "reason": "清明节",
        "day_off": "qingming",
        "choice": "cancelled",
        "revision": 1,
    },
    10: {"day_off": "national-day", "choice": "kept"},
}


@pytest.fixture
def occur():
    """Give a maker of days of a series: as it says, published; or as `more` says."""

    def make(series, nominal_on, **more):
        span = series.span_on(nominal_on)
        words = ("title_zh", "title_en", "description_zh", "description_en")
        facts = {name: getattr(series, name) for name in words}
        facts |= {"starts_at": span.starts_at, "ends_at": span.ends_at}
        facts |= {"series_id": series.id, "nominal_on": nominal_on}
        return make_activity(more.pop("place", series.place), **(facts | more))

    return make


@pytest.fixture
def markets(world, occur):
    """The markets of 2019: February's moved by a week, April's called off, October's kept."""
    with transaction():
        series = make_series(world.community, last_on=date(2019, 12, 31))
        days = [occur(series, date(2019, m, 5), **HAPPENED.get(m, {})) for m in range(1, 13)]
        return series, days
