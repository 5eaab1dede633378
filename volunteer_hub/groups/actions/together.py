"""Several people sign up at once: whole or not at all, or each as it comes.

People are held in the order of their ids and then the shift, once: of two families that want the
last places one gets all of its, and the other none.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from volunteer_hub.foundation.database import attempt
from volunteer_hub.foundation.language import gettext, say
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.groups.queries import companions as queries
from volunteer_hub.groups.queries.companions import Paths
from volunteer_hub.groups.rules import together as rules
from volunteer_hub.groups.rules.companions import RESIDENT
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import shifts
from volunteer_hub.signups.actions.joining import Ask, join, role_of
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.rules.joining import ensure_in_window, ensure_open


class Helper(NamedTuple):
    """Who signs people up; `paths`: where they may sign up residents right now; `proxy`: whether
    the shift lies there too, so that the sign-up window does not hold for residents."""

    person: Person
    paths: Paths = ()
    proxy: bool = False


class Outcome(NamedTuple):
    """What came of one of several people: a sign-up, or the reason why not."""

    person: Person
    signup: Signup | None
    why: str = ""


class Held(NamedTuple):
    """Who joins, in their order, with how each is related to the helper; and the held shift."""

    people: list[Person]
    relations: dict[int, str]
    shift: Shift


def join_together(
    *,
    shift_id: int,
    helper: Helper,
    people: Collection[int],
    role_id: int | None,
    whole: bool,
    now: datetime,
) -> list[Outcome]:
    """Sign up the helper and whom they sign up; whoever waits comes up unasked.

    :param whole: nobody without the others; else each gets a place, waits, or is told why not
    :raises NotFound: unless the helper may sign each of them up right now
    :raises BrokenInput: naming people, if nobody was chosen
    :raises ShiftIsNotOpen, ShiftIsOver, RoleIsNeeded:
    :raises NotEnoughPlaces, PlacesAreDrawn, SomebodyCannot: if `whole`, and then nobody is
    """
    held = hold(people, helper=helper, shift_id=shift_id, now=now)
    role = role_of(held.shift, role_id)
    if not whole:
        return [_each(person, held, helper, role_id=role_id, now=now) for person in held.people]
    rules.ensure_first_come(drawn_later=held.shift.fair_until is not None)
    free = held.shift.free if role is None else min(held.shift.free, role.free)
    rules.ensure_all_fit(free=free, persons=len(held.people))
    joined = [join_one(person, held, helper, _ask(role_id), now=now) for person in held.people]
    confirmed = sum(one.state == "confirmed" for one in joined)  # the line may have come first
    rules.ensure_all_fit(free=confirmed, persons=len(joined))
    return [Outcome(*pair) for pair in zip(held.people, joined, strict=True)]


def hold(people: Collection[int], *, helper: Helper, shift_id: int, now: datetime) -> Held:
    """Hold the people and then the shift; the helper comes first, the others as they were added.

    :raises NotFound, BrokenInput, ShiftIsNotOpen, ShiftIsOver: see join_together
    """
    rules.ensure_somebody(len(people))
    persons = queries.hold_people(people)
    relations = queries.relations_of(helper.person.id, person_ids=people, paths=helper.paths)
    if set(persons) != {*people} or set(persons) - set(relations) - {helper.person.id}:
        raise NotFound
    shift = shifts.lock_shift(shift_id)
    ensure_open(state=shift.state, span=shift.span, now=now)
    in_order = sorted(persons.values(), key=lambda one: (one.id != helper.person.id, one.id))
    return Held(in_order, relations, shift)


def join_one(person: Person, held: Held, helper: Helper, ask: Ask, *, now: datetime) -> Signup:
    """Sign one of them up, for others in the helper's name.

    :raises SomebodyCannot: naming who, and why
    """
    try:
        return _join(person, held, helper, ask, now=now)
    except Refusal as refusal:
        raise rules.SomebodyCannot(name=person.name, why=say_why(refusal)) from refusal


def say_why(refusal: Refusal) -> str:
    """Say of somebody why they cannot come, in the reader's language."""
    said = rules.REASONS.get(refusal.code)
    return gettext(said) if said else say(refusal)


def ensure_window(shift: Shift, *, relation: str | None, helper: Helper, now: datetime) -> None:
    """Refuse outside the sign-up window, unless staff of the place sign a resident up.

    :raises SignupOpensLater, SignupHasClosed:
    """
    if not (helper.proxy and relation == RESIDENT):
        ensure_in_window(opens_at=shift.opens_at, closes_at=shift.closes_at, now=now)


def _each(
    person: Person, held: Held, helper: Helper, *, role_id: int | None, now: datetime
) -> Outcome:
    try:
        with attempt():
            return Outcome(person, _join(person, held, helper, _ask(role_id), now=now))
    except Refusal as refusal:
        return Outcome(person, None, say_why(refusal))


def _join(person: Person, held: Held, helper: Helper, ask: Ask, *, now: datetime) -> Signup:
    relation = held.relations.get(person.id)
    proxy = helper.proxy and relation == RESIDENT
    made_by = None if person.id == helper.person.id else helper.person.id
    asked = ask._replace(helped=not proxy)
    return join(shift_id=held.shift.id, person=person, now=now, made_by=made_by, ask=asked)


def _ask(role_id: int | None) -> Ask:
    # Nobody offers a place to whoever cannot answer: it is taken, and the go-between is told.
    return Ask(role_id=role_id, instant=True)
