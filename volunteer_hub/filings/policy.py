"""Who may file texts with the provider.

| permission   | visitor | volunteer | grid worker | coordinator | supervisor | administrator |
|--------------|---------|-----------|-------------|-------------|------------|---------------|
| SEE_FILINGS  |         |           |             |             | yes        | yes           |
| FILE_TEXTS   |         |           |             |             | yes        | yes           |

Texts are the whole installation's: no place has its own.
"""

from volunteer_hub.foundation.policy import ADMINISTRATOR, SUPERVISOR, only

SEE_FILINGS = only("see-filings", SUPERVISOR, ADMINISTRATOR, scope="read")
FILE_TEXTS = only("file-texts", SUPERVISOR, ADMINISTRATOR)
