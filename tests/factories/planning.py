from itertools import count
from typing import Any

from volunteer_hub.foundation.database import db
from volunteer_hub.places.models import Place
from volunteer_hub.planning.models import ActivityTemplate, ShiftPattern

numbers = count(1)


def make_template(place: Place, **more: Any) -> ActivityTemplate:
    """A template of three hours without shifts."""
    facts: dict[str, Any] = {
        "name": f"集市{next(numbers)}",
        "title_zh": "共享集市",
        "title_en": "Sharing Market",
        "minutes": 180,
    }
    template = ActivityTemplate(place=place, **(facts | more))
    db.session.add(template)
    db.session.flush()
    return template


def a_pattern(**more: Any) -> ShiftPattern:
    """A pattern over the whole of a market of four hours, with five places; not stored."""
    facts: dict[str, Any] = {
        "begins_after": 0,
        "minutes": 240,
        "title_zh": "引导与签到",
        "title_en": "Guiding and check-in",
        "risk_notice_zh": "广场冬季地面可能结冰。",
        "capacity": 5,
        "minimum": 2,
    }
    return ShiftPattern(**(facts | more))


def make_pattern(**more: Any) -> ShiftPattern:
    """The same, stored; name its series_id or its template_id."""
    pattern = a_pattern(**more)
    db.session.add(pattern)
    db.session.flush()
    return pattern
