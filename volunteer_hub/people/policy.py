"""Who may do what with accounts.  A person belongs to the place where they live."""

from volunteer_hub.foundation.policy import (
    ADMINISTRATOR,
    COORDINATOR,
    GRID_WORKER,
    ROLES,
    SUPERVISOR,
    VOLUNTEER,
    Actor,
    Permission,
    everybody,
    everyone_signed_in,
    only,
)
from volunteer_hub.people.rules.accounts import Scope

STAFF_HERE = (GRID_WORKER, COORDINATOR, SUPERVISOR, ADMINISTRATOR)

SIGN_IN = everybody("sign_in")
PREFERENCES = everybody("preferences")
READ_OWN = everyone_signed_in("read_own")
CHANGE_OWN = everyone_signed_in("change_own", scope="write")
DIRECTORY = only("directory", *STAFF_HERE, scope="read")
READ_CONTACT = only("read_contact", COORDINATOR, scope="read")
ADD_PERSON = only("add_person", COORDINATOR, ADMINISTRATOR)
CHANGE_PERSON = only("change_person", COORDINATOR, ADMINISTRATOR)
SEND_LINK = only("send_link", COORDINATOR, ADMINISTRATOR)
GRANT_ROLE = only("grant_role", COORDINATOR, ADMINISTRATOR)

# Which roles each role may give and take, for places within its own.
GRANTABLE = {COORDINATOR: (VOLUNTEER, GRID_WORKER), ADMINISTRATOR: ROLES}


def scope_of(actor: Actor, permission: Permission = DIRECTORY) -> Scope:
    """Say whose accounts the actor may reach with this permission.

    Staff reach the people who live, or hold a role, at or below their places. Who has not said
    where they live belongs to no community: only staff of a whole subdistrict reach them. An
    administrator keeps the accounts of the installation and reaches all of them, masked.
    """
    roles = permission.roles or frozenset()
    paths = actor.paths(roles)
    return Scope(
        paths=paths,
        homeless=any(path.count("/") == 2 for path in paths),
        everywhere=actor.holds(roles & {ADMINISTRATOR}),
    )


def grantable_roles(actor: Actor, path: str | None = None) -> tuple[str, ...]:
    """List the roles that the actor may give and take at a place, or somewhere."""
    held = [
        giver
        for giver in GRANTABLE
        if actor.holds([giver], path=None if giver == ADMINISTRATOR else path)
    ]
    return tuple(role for role in ROLES if any(role in GRANTABLE[giver] for giver in held))


def grantable_places(actor: Actor) -> tuple[str, ...] | None:
    """List the paths at which the actor may give roles; None is everywhere."""
    return None if actor.holds([ADMINISTRATOR]) else actor.paths(GRANTABLE)
