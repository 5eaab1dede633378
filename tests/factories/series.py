from datetime import date, time
from typing import Any

from volunteer_hub.activities.models import Series
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
