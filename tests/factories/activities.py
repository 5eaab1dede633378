from datetime import timedelta
from typing import Any

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db
from volunteer_hub.places.models import Place


def make_activity(place: Place, **more: Any) -> Activity:
    """A published activity of three hours, three days from now."""
    starts_at = more.pop("starts_at", utc_now() + timedelta(days=3))
    facts: dict[str, Any] = {
        "title_zh": "共享集市",
        "title_en": "Sharing Market",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "state": "published",
    }
    activity = Activity(place_id=place.id, **(facts | more))
    db.session.add(activity)
    db.session.flush()
    return activity
