"""Who may do what with shifts.  The place is the shift's own."""

from volunteer_hub.activities import policy as activities
from volunteer_hub.foundation.policy import (
    COORDINATOR,
    GRID_WORKER,
    SUPERVISOR,
    everybody,
    only,
)

LIST = everybody("list-shifts")

READ_DRAFT = only("read-draft-shift", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
CREATE = only("create-shift", GRID_WORKER, COORDINATOR)  # a draft; a coordinator publishes it
EDIT = only("edit-shift", COORDINATOR)
PUBLISH = only("publish-shift", COORDINATOR)
CANCEL = only("cancel-shift", COORDINATOR, SUPERVISOR)

# What the pages offer to whoever may.
ON_SHIFT = (EDIT, PUBLISH, CANCEL)
ON_ACTIVITY = (activities.EDIT, activities.PUBLISH, activities.CANCEL, CREATE)
