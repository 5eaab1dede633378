"""Who may write to many at once: whoever answers for the place, and nobody else.

| permission | coordinator | supervisor | all others |
|------------|-------------|------------|------------|
| READ       | in scope    | in scope   |            |
| WRITE      | in scope    | in scope   |            |
"""

from volunteer_hub.foundation.policy import COORDINATOR, SUPERVISOR, only

READ = only("read-mailings", COORDINATOR, SUPERVISOR, scope="read")
WRITE = only("write-mailings", COORDINATOR, SUPERVISOR)
