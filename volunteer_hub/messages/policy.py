"""Who may look into the outbox.

| permission   | visitor | volunteer | grid worker | coordinator | supervisor | administrator |
|--------------|---------|-----------|-------------|-------------|------------|---------------|
| SEE_NUMBERS  |         |           |             | in scope    | in scope   | in scope      |
| SEE_LETTERS  |         |           |             | in scope    | in scope   |               |
| SETTLE       |         |           |             | in scope    | in scope   |               |
| READ_STATE   |         | own       | own         | in scope    | in scope   | own           |
| DEMO_INBOX   | yes     | yes       | yes         | yes         | yes        | yes           |
| DEMO_ANSWER  | yes     | yes       | yes         | yes         | yes        | yes           |

An administrator is technical: numbers, but no addresses and no letters.
"""

from volunteer_hub.foundation.policy import (
    ADMINISTRATOR,
    COORDINATOR,
    SUPERVISOR,
    everybody,
    only,
)

SEE_NUMBERS = only("see-outbox-numbers", COORDINATOR, SUPERVISOR, ADMINISTRATOR, scope="read")
SEE_LETTERS = only("see-letters", COORDINATOR, SUPERVISOR, scope="read")
SETTLE = only("settle-letter", COORDINATOR, SUPERVISOR)
READ_STATE = only("read-letter-state", COORDINATOR, SUPERVISOR, scope="read", owner=True)
DEMO_INBOX = everybody("read-demo-inbox")  # only while letters end in the built-in servers
DEMO_ANSWER = everybody("answer-in-demo-inbox")  # likewise
