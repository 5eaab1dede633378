"""Who may see letters before anybody gets them.

| permission   | visitor | volunteer | grid worker | coordinator | supervisor | administrator |
|--------------|---------|-----------|-------------|-------------|------------|---------------|
| SEE_PREVIEWS |         |           |             | in scope    | in scope   | in scope      |
| SEE_NAMES    |         |           |             | in scope    | in scope   |               |

An administrator is technical: the words of the letters, but not who would read them.
"""

from volunteer_hub.foundation.policy import ADMINISTRATOR, COORDINATOR, SUPERVISOR, only

SEE_PREVIEWS = only("see-previews", COORDINATOR, SUPERVISOR, ADMINISTRATOR, scope="read")
SEE_NAMES = only("see-names-in-previews", COORDINATOR, SUPERVISOR, scope="read")
