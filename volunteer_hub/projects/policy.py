"""Who may do what with projects, and where."""

from volunteer_hub.foundation.policy import (
    COORDINATOR,
    GRID_WORKER,
    SUPERVISOR,
    everybody,
    only,
)

LIST = everybody("list-projects")
READ_DRAFT = only("read-draft", GRID_WORKER, COORDINATOR, SUPERVISOR, scope="read")

CREATE = only("create-project", COORDINATOR)
EDIT = only("edit-project", COORDINATOR)
PUBLISH = only("publish-project", COORDINATOR)
CLOSE = only("close-project", COORDINATOR)
PROMISE = only("keep-promises", COORDINATOR)
