"""Who may see who came, mark it, and say which hours count.

| permission  | volunteer | grid worker | coordinator | supervisor |
|-------------|-----------|-------------|-------------|------------|
| CHECK_IN    | own       | own         | own         | own        |
| OWN_HOURS   | own       | own         | own         | own        |
| SEE_BOARD   |           | in scope    | in scope    | in scope   |
| MARK        |           | in scope    | in scope    |            |
| SEE_HOURS   |           |             | in scope    | in scope   |
| SETTLE      |           |             | in scope, not own |      |
| DECLARE     | own       | own         | own         | own        |
| DISPUTE     | own       | own         | own         | own        |
| ANSWER      |           |             | in scope, not involved | in scope, not involved |
| SWITCH_POSTER |         |             | in scope    |            |

SCAN is open to everybody: whoever scans a code is asked to sign in, and comes back.
An administrator is technical and sees nobody's hours.
"""

from volunteer_hub.foundation.policy import (
    COORDINATOR,
    GRID_WORKER,
    SUPERVISOR,
    everybody,
    everyone_signed_in,
    only,
)

CHECK_IN = everyone_signed_in("check_in", scope="write")
OWN_HOURS = everyone_signed_in("own_hours")
SEE_BOARD = only("see_board", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
MARK = only("mark", GRID_WORKER, COORDINATOR)
SEE_HOURS = only("see_hours", COORDINATOR, SUPERVISOR, scope="read")
SETTLE = only("settle", COORDINATOR)
DECLARE = everyone_signed_in("declare", scope="write")
DISPUTE = everyone_signed_in("dispute", scope="write")
ANSWER = only("answer", COORDINATOR, SUPERVISOR)  # a supervisor, where all coordinators took part
SCAN = everybody("scan")
SWITCH_POSTER = only("switch_poster", COORDINATOR)
