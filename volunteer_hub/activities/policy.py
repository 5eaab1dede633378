"""Who may do what with activities.  The place is the activity's own."""

from volunteer_hub.foundation.policy import COORDINATOR, GRID_WORKER, SUPERVISOR, only

CREATE = only("create-activity", GRID_WORKER, COORDINATOR)  # a draft; a coordinator publishes it
EDIT = only("edit-activity", COORDINATOR)
PUBLISH = only("publish-activity", COORDINATOR)
CANCEL = only("cancel-activity", COORDINATOR, SUPERVISOR)
READ_DRAFT = only("read-draft-activity", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
