"""Who may plan what comes again.  The place is the series' own."""

from volunteer_hub.foundation.policy import COORDINATOR, GRID_WORKER, SUPERVISOR, only

READ = only("read-series", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
PLAN = only("plan-series", COORDINATOR)
END = only("end-series", COORDINATOR, SUPERVISOR)

# What the page of a series offers to whoever may.
ON_SERIES = (PLAN, END)
