"""Who may watch, and who reads where people are missing.

| permission | signed in | grid worker, coordinator, supervisor, administrator |
|------------|-----------|-----------------------------------------------------|
| READ_OWN   | own       | own                                                 |
| KEEP_OWN   | own       | own                                                 |
| READ_GAPS  |           | in scope                                            |
"""

from volunteer_hub.foundation.policy import STAFF, everyone_signed_in, only

READ_OWN = everyone_signed_in("read-own-watches")
KEEP_OWN = everyone_signed_in("keep-own-watches", scope="write")
READ_GAPS = only("read-gaps", *STAFF, scope="read")
