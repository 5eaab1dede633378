"""Who may sign up whom, and keep places for a group.

Whom somebody signs up is told by their live companions, not by a role; a resident without a phone
is signed up only by who holds a role of HELPERS at the resident's home place right now.
"""

from volunteer_hub.foundation.policy import (
    COORDINATOR,
    GRID_WORKER,
    everyone_signed_in,
    only,
)

HELPERS = (GRID_WORKER, COORDINATOR)

READ_COMPANIONS = everyone_signed_in("read-own-companions")
KEEP_COMPANIONS = everyone_signed_in("keep-own-companions", scope="write")
ADD_RESIDENT = only("add-resident", *HELPERS)  # of the places of their role
PROXY = only("sign-up-residents", *HELPERS)  # on shifts there, also outside the sign-up window
JOIN = everyone_signed_in("join-together", scope="write")
KEEP_PLACES = only("keep-places-for-a-group", COORDINATOR)
TAKE_KEPT = everyone_signed_in("take-kept-place", scope="write")
