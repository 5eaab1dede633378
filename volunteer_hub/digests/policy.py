"""Who may see the letter of a month, for the places at which they hold the role.

| permission | visitor | volunteer | grid worker | coordinator | supervisor | administrator |
|------------|---------|-----------|-------------|-------------|------------|---------------|
| SEE        |         |           |             | own places  | own places |               |
| SEND_SELF  |         |           |             | own places  | own places |               |

The letter shows numbers of few people too, which are theirs to see (see the impact room).
"""

from volunteer_hub.digests.rules import READERS
from volunteer_hub.foundation.policy import only

SEE = only("see-month-letters", *READERS, scope="read")
SEND_SELF = only("send-month-letter-to-self", *READERS)
