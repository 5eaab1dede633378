"""What the rooms above ask of the life of an activity."""

from volunteer_hub.activities.rules.life import (
    ActivityIsCancelled,
    ActivityIsOver,
    ActivityStepIsForbidden,
    ensure_goes_on,
)

__all__ = ["ActivityIsCancelled", "ActivityIsOver", "ActivityStepIsForbidden", "ensure_goes_on"]
