"""Who may plan ahead.  The place is the series', the template's, or the activity's own."""

from volunteer_hub.foundation.policy import COORDINATOR, GRID_WORKER, SUPERVISOR, only

READ_SERIES = only("read-series", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
PLAN_SERIES = only("plan-series", COORDINATOR)
END_SERIES = only("end-series", COORDINATOR, SUPERVISOR)
MOVE = only("move-activity", COORDINATOR)  # and keep it on a day off
READ_TEMPLATES = only("read-templates", GRID_WORKER, COORDINATOR, scope="read")
COPY = only("copy-activity", GRID_WORKER, COORDINATOR)  # a draft; a coordinator publishes it
KEEP_TEMPLATES = only("keep-templates", COORDINATOR)

# What the page of a series offers to whoever may.
ON_SERIES = (PLAN_SERIES, END_SERIES)
