"""Who may promise what for whom.  The place is the shift's own."""

from volunteer_hub.foundation.policy import (
    COORDINATOR,
    GRID_WORKER,
    SUPERVISOR,
    everybody,
    everyone_signed_in,
    only,
)

WISH = everybody("wish-to-join")  # a visitor says so first and signs in then
JOIN = everyone_signed_in("join-shift", scope="write")
LEAVE = only("leave-shift", COORDINATOR, owner=True)  # one's own place; staff take people off
ACCEPT = only("accept-offer", owner=True)  # nobody says yes for somebody else
READ_OWN = everyone_signed_in("read-own-signups")
CHANGE_OWN = everyone_signed_in("change-own-calendar", scope="write")
READ_ROSTER = only("read-roster", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
KEEP_ROSTER = only("keep-roster", COORDINATOR)
