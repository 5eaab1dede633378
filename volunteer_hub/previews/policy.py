"""Who may see letters before anybody gets them.

| permission   | visitor | volunteer | grid worker | coordinator | supervisor | administrator |
|--------------|---------|-----------|-------------|-------------|------------|---------------|
| SEE_PREVIEWS |         |           |             | in scope    | in scope   | in scope      |
| SEE_NAMES    |         |           |             | in scope    | in scope   |               |
| SEE_CLOSED   |         |           |             | in scope    | in scope   |               |
| SEE_WHOLE    |         |           |             | in scope    |            |               |

An administrator is technical: the words of the letters, but not who would read them, and nothing
of papers, of money that is not approved, and of what coordinators wrote. SEE_WHOLE: papers.
"""

from volunteer_hub.foundation.policy import (
    ADMINISTRATOR,
    COORDINATOR,
    SUPERVISOR,
    Permission,
    only,
)

SEE_PREVIEWS = only("see-previews", COORDINATOR, SUPERVISOR, ADMINISTRATOR, scope="read")
SEE_NAMES = only("see-names-in-previews", COORDINATOR, SUPERVISOR, scope="read")
SEE_CLOSED = only("see-closed-previews", COORDINATOR, SUPERVISOR, scope="read")
SEE_WHOLE = only("see-papers-whole-in-previews", COORDINATOR, scope="read")

# Made of what an administrator does not see elsewhere either.
CLOSED = frozenset({"credential-expiring", "funding-entry-waiting", "mailing"})


def to_see(kind: str) -> Permission:
    """Say what it takes to see a letter of this kind."""
    return SEE_CLOSED if kind in CLOSED else SEE_PREVIEWS
