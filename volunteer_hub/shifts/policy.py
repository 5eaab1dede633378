"""Who may do what with shifts and places on them.  The place is the shift's own."""

from volunteer_hub.activities import policy as activities
from volunteer_hub.foundation.policy import (
    COORDINATOR,
    GRID_WORKER,
    SUPERVISOR,
    everybody,
    everyone_signed_in,
    only,
)

LIST = everybody("list-shifts")
WISH = everybody("wish-to-join")  # a visitor says so first and signs in then
JOIN = everyone_signed_in("join-shift", scope="write")
LEAVE = only("leave-shift", COORDINATOR, owner=True)  # one's own place; staff take people off
READ_OWN = everyone_signed_in("read-own-signups")
CHANGE_OWN = everyone_signed_in("change-own-calendar", scope="write")

READ_DRAFT = only("read-draft-shift", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
READ_ROSTER = only("read-roster", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
CREATE = only("create-shift", GRID_WORKER, COORDINATOR)  # a draft; a coordinator publishes it
EDIT = only("edit-shift", COORDINATOR)
PUBLISH = only("publish-shift", COORDINATOR)
CANCEL = only("cancel-shift", COORDINATOR, SUPERVISOR)
KEEP_ROSTER = only("keep-roster", COORDINATOR)

# What the pages offer to whoever may.
ON_SHIFT = (READ_ROSTER, EDIT, PUBLISH, CANCEL)
ON_ACTIVITY = (activities.EDIT, activities.PUBLISH, activities.CANCEL, CREATE)
