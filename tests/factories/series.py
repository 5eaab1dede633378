from datetime import date, time
from typing import Any

from tests.factories.planning import a_pattern
from volunteer_hub.activities.models import Series
from volunteer_hub.activities.rules.recurrence import parse
from volunteer_hub.foundation.database import db
from volunteer_hub.places.models import Place


def make_series(place: Place, **more: Any) -> Series:
    """The Sharing Market on every 5th from January 2019 on; none of its days is made."""
    facts: dict[str, Any] = {
        "title_zh": "共享集市",
        "title_en": "Sharing Market",
        "rule": "FREQ=MONTHLY;BYMONTHDAY=5",
        "first_on": date(2019, 1, 5),
        "begins": time(8),
        "minutes": 240,
        "zone": "Asia/Shanghai",
        "publishes": True,
        "state": "running",
    }
    series = Series(place=place, **(facts | more))
    db.session.add(series)
    db.session.flush()
    return series


def market(place: Place, **more: Any) -> dict[str, Any]:
    """What create_series needs for the market on every 5th, with one shift."""
    facts: dict[str, Any] = {
        "place": place,
        "project": None,
        "title_zh": "共享集市",
        "rule": parse("FREQ=MONTHLY;BYMONTHDAY=5"),
        "first_on": date(2019, 1, 2),
        "last_on": None,
        "begins": time(8),
        "minutes": 240,
        "zone": "Asia/Shanghai",
        "publishes": True,
        "created_by": None,
        "patterns": [a_pattern()],
    }
    return facts | more
