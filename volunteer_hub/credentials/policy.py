"""Who may see what people can show, and write it down.  A person belongs to their home place.

| permission | volunteer | grid worker       | coordinator       | supervisor        |
|------------|-----------|-------------------|-------------------|-------------------|
| READ_OWN   | own       | own               | own               | own               |
| READ       |           | in scope, masked  | in scope          | in scope, masked  |
| RECORD     |           |                   | in scope, not own |                   |
| KEEP_TYPES |           |                   |                   | one list for all  |

Masked: the kind and its days only. An administrator is technical and sees nobody's papers. Each
look into the papers of somebody below 18 is written down.
"""

from volunteer_hub.foundation.policy import (
    COORDINATOR,
    GRID_WORKER,
    SUPERVISOR,
    everyone_signed_in,
    only,
)

READ_OWN = everyone_signed_in("read_own_credentials")
READ = only("read_credentials", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")
RECORD = only("record_credentials", COORDINATOR)
KEEP_TYPES = only("keep_credential_types", SUPERVISOR)
