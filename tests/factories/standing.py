from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.factories.activities import make_activity
from tests.factories.shifts import make_shift
from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.standing.models import StandingOrder

ZONE = ZoneInfo("Asia/Shanghai")


def make_day(series: Series, starts_at: datetime, **shift: Any) -> Shift:
    """A shift on a day of the series, published with its activity; state="draft" leaves it so."""
    state = shift.get("state", "published")
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3)}
    day = starts_at.astimezone(ZONE).date()
    of_series = {"series_id": series.id, "nominal_on": day, "title_zh": series.title_zh}
    activity = make_activity(series.place, state=state, **times, **of_series)
    return make_shift(series.place, activity=activity, **times, **shift)


def make_order(series: Series, person: Person, **more: Any) -> StandingOrder:
    """Whatever is needed on every day, since long ago; nothing was tried yet."""
    facts: dict[str, Any] = {"begins_on": date(2019, 1, 1), "made_at": utc_now()}
    order = StandingOrder(series=series, person=person, **(facts | more))
    db.session.add(order)
    db.session.flush()
    return order
