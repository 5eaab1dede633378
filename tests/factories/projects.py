from datetime import date
from itertools import count
from typing import Any

from volunteer_hub.foundation.database import db
from volunteer_hub.places.models import Place
from volunteer_hub.projects.models import Project

numbers = count(1)


def make_project(place: Place, **more: Any) -> Project:
    """A published project of the year 2026."""
    number = next(numbers)
    facts: dict[str, Any] = {
        "slug": f"project-{number}",
        "title_zh": f"项目{number}",
        "title_en": f"Project {number}",
        "goal_zh": "目标",
        "story_zh": "故事",
        "beneficiary_group": "residents",
        "state": "published",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }
    project = Project(place_id=place.id, **(facts | more))
    db.session.add(project)
    db.session.flush()
    return project
