"""Who may do what with service records and sheets, and where.  The administrator may nothing."""

from volunteer_hub.foundation.policy import (
    COORDINATOR,
    GRID_WORKER,
    PARTNER_CONTACT,
    SUPERVISOR,
    Actor,
    only,
)
from volunteer_hub.services.queries.records import Sight

READERS = (GRID_WORKER, COORDINATOR, SUPERVISOR)
WRITERS = (GRID_WORKER, PARTNER_CONTACT, COORDINATOR)

BROWSE = only("browse-services", *READERS, PARTNER_CONTACT, scope="read")
READ = only("read-service", *READERS, scope="read", owner=True)
RECORD = only("record-service", *WRITERS)
REVIEW = only("review-services", COORDINATOR, scope="read")
VERIFY = only("verify-service", COORDINATOR)
REJECT = only("reject-service", COORDINATOR, SUPERVISOR, owner=True)
REVERSE = only("reverse-service", COORDINATOR)

IMPORT = only("import-services", *WRITERS)
READ_SHEET = only("read-sheet", *READERS, scope="read", owner=True)


def sight_of(actor: Actor) -> Sight:
    """Say what this person sees in lists: what lies in their scope; partners see their own."""
    partner = actor.holds((PARTNER_CONTACT,))
    return Sight(actor.paths(READERS), actor.person_id if partner else None)
