"""Who may see hours, say which of them count, and answer for it.

| permission | volunteer | grid worker | coordinator            | supervisor             |
|------------|-----------|-------------|------------------------|------------------------|
| OWN_HOURS  | own       | own         | own                    | own                    |
| DISPUTE    | own       | own         | own                    | own                    |
| SEE_HOURS  |           |             | in scope               | in scope               |
| SETTLE     |           |             | in scope, not own      |                        |
| ANSWER     |           |             | in scope, not involved | in scope, not involved |

An administrator is technical and sees nobody's hours.
"""

from volunteer_hub.foundation.policy import COORDINATOR, SUPERVISOR, everyone_signed_in, only

OWN_HOURS = everyone_signed_in("own_hours")
DISPUTE = everyone_signed_in("dispute", scope="write")
SEE_HOURS = only("see_hours", COORDINATOR, SUPERVISOR, scope="read")
SETTLE = only("settle", COORDINATOR)
ANSWER = only("answer", COORDINATOR, SUPERVISOR)  # a supervisor, where all coordinators took part
