"""The letters about somebody's hours."""

from volunteer_hub.foundation.policy import COORDINATOR, SUPERVISOR
from volunteer_hub.hours import letters
from volunteer_hub.hours.rules.disputes import ANSWERS, STATES
from volunteer_hub.previews.actions.trying import Composed, apart, compose, reader, staff
from volunteer_hub.previews.queries import hours
from volunteer_hub.previews.rules import Wish


def rejected(kind: str, wish: Wish) -> list[Composed] | None:
    """Tell that hours were not accepted."""
    found = hours.find_rejected(wish.paths, shift_id=wish.shift_id)
    if found is None:
        return None
    reader(found.person, wish)
    apart(found, id=-found.id)
    return compose(kind, lambda: letters.hours_rejected(found, now=wish.now))


def opened(kind: str, wish: Wish) -> list[Composed] | None:
    """Ask who may answer a dispute."""
    dispute = hours.find_dispute(wish.paths, states=STATES, shift_id=wish.shift_id)
    if dispute is None:
        return None
    path = dispute.hours.shift.place.path
    asked = [*staff(COORDINATOR, path, wish), *staff(SUPERVISOR, path, wish)]
    reader(dispute.hours.person, wish)
    apart(dispute, id=-dispute.id)
    now = min(wish.now, dispute.opened_at)
    return compose(kind, lambda: letters.dispute_opened(dispute, now=now)) if asked else None


def answered(kind: str, wish: Wish) -> list[Composed] | None:
    """Tell the answer to a dispute."""
    dispute = hours.find_dispute(wish.paths, states=ANSWERS, shift_id=wish.shift_id)
    if dispute is None:
        return None
    reader(dispute.hours.person, wish)
    apart(dispute, id=-dispute.id)
    told = {"minutes": None, "now": wish.now}
    return compose(kind, lambda: letters.dispute_answered(dispute, **told))


WRITERS = {
    "hours-rejected": rejected,
    "hours-dispute-opened": opened,
    "hours-dispute-answered": answered,
}
