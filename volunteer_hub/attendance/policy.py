"""Who may see who came, mark it, and declare what nobody marked.

| permission  | volunteer | grid worker | coordinator | supervisor |
|-------------|-----------|-------------|-------------|------------|
| CHECK_IN    | own       | own         | own         | own        |
| SEE_BOARD   |           | in scope    | in scope    | in scope   |
| MARK        |           | in scope    | in scope    |            |
| DECLARE     | own       | own         | own         | own        |
| SWITCH_POSTER |         |             | in scope    |            |

SCAN is open to everybody: whoever scans a code is asked to sign in, and comes back.
An administrator is technical and sees nobody's day.
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
SEE_BOARD = only("see_board", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
MARK = only("mark", GRID_WORKER, COORDINATOR)
DECLARE = everyone_signed_in("declare", scope="write")
SCAN = everybody("scan")
SWITCH_POSTER = only("switch_poster", COORDINATOR)
