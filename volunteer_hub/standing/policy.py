"""Who may help every time, and who sees who does.  The place is the series' own."""

from volunteer_hub.foundation.policy import (
    COORDINATOR,
    GRID_WORKER,
    SUPERVISOR,
    everyone_signed_in,
    only,
)

KEEP_OWN = everyone_signed_in("keep-standing-orders", scope="write")  # one's own
READ_OWN = everyone_signed_in("read-own-standing-orders")
READ_PEOPLE = only("read-standing-people", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
