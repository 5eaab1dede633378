"""What other rooms ask of activities."""

from volunteer_hub.activities.queries.activities import (
    SITES,
    find_by_title,
    find_published_project,
    find_site,
    get_activity,
    list_projects_within,
    list_published_projects,
    lock_activity,
)
from volunteer_hub.activities.queries.words import WEEKDAYS, say_rule

__all__ = [
    "SITES",
    "WEEKDAYS",
    "find_by_title",
    "find_published_project",
    "find_site",
    "get_activity",
    "list_projects_within",
    "list_published_projects",
    "lock_activity",
    "say_rule",
]
