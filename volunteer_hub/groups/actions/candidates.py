"""Who of a helper's people could come to a shift, and why the others cannot."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from volunteer_hub.credentials.queries import held_by_each
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.groups.actions.together import Helper, ensure_window, say_why
from volunteer_hub.groups.models import Companion
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.actions.eligibility import ensure_may_serve
from volunteer_hub.signups.queries.binding import list_bound
from volunteer_hub.signups.rules.joining import ensure_free_then


class Candidate(NamedTuple):
    """One who may be ticked unless there is a reason; `relation` None: the helper; `state`: of a
    promise on this shift."""

    person: Person
    relation: str | None
    state: str | None
    why: str


def list_candidates(
    *,
    shift: Shift,
    helper: Helper,
    companions: Collection[Companion],
    kept: bool = False,
    now: datetime,
) -> list[Candidate]:
    """Tell of the helper and of each companion whether they could come; places are not counted.

    :param kept: to places kept for a group, for which the sign-up window does not hold
    """
    people: list[tuple[Person, str | None]] = [(helper.person, None)]
    people += [(one.person, one.relation) for one in companions]
    ids = [person.id for person, _relation in people]
    bound, held = list_bound(shift, person_ids=ids), held_by_each(ids)
    found = []
    for person, relation in people:
        state, other, minutes = bound[person.id]
        why = ""
        try:
            if not kept:
                ensure_window(shift, relation=relation, helper=helper, now=now)
            ensure_free_then(already=state is not None, other=other)
            ensure_may_serve(shift, role=None, person=person, minutes=minutes, held=held[person.id])
        except Refusal as refusal:
            why = say_why(refusal)
        found.append(Candidate(person, relation, state, why))
    return found
