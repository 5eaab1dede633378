"""Who may do what with a project's money, and where; nobody approves their own entries."""

from volunteer_hub.foundation.policy import COORDINATOR, SUPERVISOR, Actor, everybody, only
from volunteer_hub.foundation.refusal import NotAllowed
from volunteer_hub.funding.models import Entry

READ = everybody("read-ledger")  # of a draft only who may read the draft
READ_WAITING = only("read-waiting-entries", COORDINATOR, SUPERVISOR, scope="read")
RECORD = only("record-entry", COORDINATOR)
REVERSE = only("reverse-entry", COORDINATOR)
SETTLE = only("settle-entry", COORDINATOR, SUPERVISOR)

# Which of those who settle may approve: the subdistrict answers for awards and payments.
APPROVE = {
    "awarded": only("approve-award", SUPERVISOR),
    "paid_out": only("approve-payment", SUPERVISOR),
    "spent": only("approve-expense", COORDINATOR, SUPERVISOR),
}


def may_approve(actor: Actor, entry: Entry) -> bool:
    """Tell whether the actor can be the second person of an entry."""
    reaches = APPROVE[entry.kind].allows(actor, path=entry.project.place.path)
    return reaches and entry.created_by != actor.person_id


def may_reject(actor: Actor, entry: Entry) -> bool:
    """Tell whether the actor may send an entry away: who may approve, and who wrote it."""
    reaches = APPROVE[entry.kind].allows(actor, path=entry.project.place.path)
    return reaches or entry.created_by == actor.person_id


def ensure_may_settle(actor: Actor, entry: Entry) -> None:
    """Refuse whose role does not include this kind of money.

    :raises NotFound: outside the actor's places
    :raises NotAllowed: if only the subdistrict settles it, and the actor did not write it
    """
    SETTLE.ensure(actor, path=entry.project.place.path)
    if not may_reject(actor, entry):
        raise NotAllowed
