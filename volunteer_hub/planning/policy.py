"""Who may plan ahead.  The place is the activity's own, the template's, or the series'."""

from volunteer_hub.foundation.policy import COORDINATOR, GRID_WORKER, only

MOVE = only("move-activity", COORDINATOR)  # and keep it on a day off
READ_TEMPLATES = only("read-templates", GRID_WORKER, COORDINATOR, scope="read")
COPY = only("copy-activity", GRID_WORKER, COORDINATOR)  # a draft; a coordinator publishes it
KEEP_TEMPLATES = only("keep-templates", COORDINATOR)
KEEP_PATTERNS = only("keep-patterns", COORDINATOR)  # the shifts of a series or of a template
