"""Who may do what where: roles granted for a place hold there and below it.

A place is a path such as /baiyin/ganjiaxiang/. Each room keeps its permissions in one table in
`policy.py`; a door names one with `@permits(...)`, and asks `ensure` once it knows the place.
Pure: no Flask, no database.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from volunteer_hub.foundation.refusal import NotAllowed, NotFound, NotSignedIn

VISITOR = "visitor"
VOLUNTEER = "volunteer"
GRID_WORKER = "grid_worker"
PARTNER_CONTACT = "partner_contact"
COORDINATOR = "community_coordinator"
SUPERVISOR = "subdistrict_supervisor"
ADMINISTRATOR = "administrator"

# Roles that can be granted, from the narrowest to the widest.
ROLES = (VOLUNTEER, GRID_WORKER, PARTNER_CONTACT, COORDINATOR, SUPERVISOR, ADMINISTRATOR)
STAFF = frozenset({GRID_WORKER, COORDINATOR, SUPERVISOR, ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Grant:
    """One role for one place and everything below it."""

    role: str
    path: str

    def reaches(self, path: str) -> bool:
        return path.startswith(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever stands at the door. `scopes` limits an API token; None means a person's session."""

    person_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[str] | None = None

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def is_staff(self) -> bool:
        return any(grant.role in STAFF for grant in self.grants)

    def holds(self, roles: Iterable[str], *, path: str | None = None) -> bool:
        """Tell whether one of the roles is held, somewhere or reaching the place."""
        wanted = frozenset(roles)
        return any(
            grant.role in wanted and (path is None or grant.reaches(path)) for grant in self.grants
        )

    def paths(self, roles: Iterable[str]) -> tuple[str, ...]:
        """List the places at which one of the roles is held, to filter lists by scope."""
        wanted = frozenset(roles)
        return tuple(sorted({g.path for g in self.grants if g.role in wanted}))


NOBODY = Actor()


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What a door asks for. `roles` None: everybody; empty: everyone who is signed in."""

    name: str
    roles: frozenset[str] | None = None
    owner: bool = False  # the person whom the thing belongs to may always
    scope: str = "read"  # what an API token must include: read or write
    signed_in: bool = field(default=True)

    def admit(self, actor: Actor) -> None:
        """Let the actor through the door, or say why not.

        :raises NotSignedIn: if somebody is needed and nobody is there
        :raises NotAllowed: if none of the actor's roles, nor the token, includes this
        """
        if self.roles is None and not self.signed_in:
            return
        if not actor.signed_in:
            raise NotSignedIn
        if actor.scopes is not None and self.scope not in actor.scopes:
            raise NotAllowed
        if self.roles and not self.owner and not actor.holds(self.roles):
            raise NotAllowed

    def allows(self, actor: Actor, *, path: str | None = None, owner: int | None = None) -> bool:
        """Tell whether the actor may do this to a thing at the place, or of the owner."""
        if self.roles is None:
            return actor.signed_in or not self.signed_in
        if self.owner and owner is not None and owner == actor.person_id:
            return True
        if self.roles:
            return actor.holds(self.roles, path=path)
        return actor.signed_in and not self.owner

    def ensure(self, actor: Actor, *, path: str | None = None, owner: int | None = None) -> None:
        """Refuse what lies outside the actor's scope, as if it did not exist.

        :raises NotFound: outside the scope and not the actor's own
        """
        if not self.allows(actor, path=path, owner=owner):
            raise NotFound


def everybody(name: str) -> Permission:
    """Open to visitors."""
    return Permission(name=name, roles=None, signed_in=False)


def everyone_signed_in(name: str, *, scope: str = "read") -> Permission:
    """Open to whoever has an account."""
    return Permission(name=name, roles=frozenset(), scope=scope)


def only(name: str, *roles: str, scope: str = "write", owner: bool = False) -> Permission:
    """Open to the roles named, each within its place; and to the owner when so said.

    With `owner` and no role the door lets everyone who is signed in through to `ensure`, which
    tells the owner from the others.
    """
    return Permission(name=name, roles=frozenset(roles), scope=scope, owner=owner)
