"""Who may report on letters, and who looks after addresses that are not written to.

| permission | visitor | volunteer | grid worker | coordinator | supervisor | administrator |
|------------|---------|-----------|-------------|-------------|------------|---------------|
| REPORT     | signed  | signed    | signed      | signed      | signed     | signed        |
| SEE        |         |           |             | in scope    | in scope   | everywhere    |
| LIFT       |         |           |             | in scope    | in scope   | everywhere    |

Who reports is a program: its signature is all that counts. The place of an address is that of the
letter by which it was noticed; an administrator keeps those of no place, too. All are masked.
"""

from volunteer_hub.foundation.policy import (
    ADMINISTRATOR,
    COORDINATOR,
    SUPERVISOR,
    Actor,
    Permission,
    everybody,
    only,
)

REPORT = everybody("report-delivery")
SEE = only("see-stopped-addresses", COORDINATOR, SUPERVISOR, ADMINISTRATOR, scope="read")
LIFT = only("lift-stopped-address", COORDINATOR, SUPERVISOR, ADMINISTRATOR)


def places_of(actor: Actor, permission: Permission) -> tuple[str, ...] | None:
    """List the places whose addresses the actor reaches; None is everywhere."""
    if actor.holds([ADMINISTRATOR]):
        return None
    return actor.paths(permission.roles or ())


def ensure_reached(actor: Actor, permission: Permission, path: str) -> None:
    """Refuse what lies outside the actor's scope, as if it did not exist."""
    if not actor.holds([ADMINISTRATOR]):
        permission.ensure(actor, path=path)
