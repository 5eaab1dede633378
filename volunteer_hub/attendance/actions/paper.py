"""Type a paper sheet in: all of its lines or none.  The door commits.

What stands already is left alone, so that a sheet may be typed in again, or by two people at
once: each line fills only what is still empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from volunteer_hub.attendance.actions import presence as marks
from volunteer_hub.attendance.models import Presence
from volunteer_hub.attendance.queries import presence as queries
from volunteer_hub.attendance.rules import paper as rules
from volunteer_hub.attendance.rules import presence as presence_rules
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.hours.actions.hours import ensure_nothing_stands
from volunteer_hub.hours.rules import hours as hours_rules
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import list_people
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.queries.signups import lock_person

METHOD, SOURCE = "paper", "confirmed_by_leader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it was typed; `key` is how its page names it.

    Walk-ins stand by `number`, their volunteer number or phone; it stays when it is nobody's.
    """

    key: str
    person_id: int | None = None
    number: str = ""
    arrived: str = ""
    left: str = ""
    no_show: bool = False

    @property
    def is_blank(self) -> bool:
        return not (self.number or self.arrived or self.left or self.no_show)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """Whose hand types, when, and what for."""

    shift: Shift
    by: int
    now: datetime
    reason: str


def type_sheet(*, shift: Shift, lines: Iterable[Line], reason: str, by: int, now: datetime) -> int:
    """Write in what the sheet says; its minutes wait for a second person.

    :param reason: which sheet it was, for whoever reads the hours
    :returns: how many lines said something new
    :raises ShiftDoesNotRun, SheetComesLater:
    :raises SheetIsRefused: with a refusal for each line that cannot be
    """
    presence_rules.ensure_runs(shift.state)
    rules.ensure_begun(shift.span, now=now)
    hand = _Hand(shift=shift, by=by, now=now, reason=reason)
    faults: dict[str, Refusal] = {}
    written = 0
    for line, person in _named([line for line in lines if not line.is_blank], faults):
        try:
            written += _write(line, person, hand)
        except Refusal as refusal:
            faults[line.key] = refusal
    if faults:
        raise rules.SheetIsRefused(faults)
    return written


def _named(lines: list[Line], faults: dict[str, Refusal]) -> list[tuple[Line, Person]]:
    """Find whom each line is about, in the order in which people are locked everywhere."""
    known = {p.id: p for p in list_people(line.person_id for line in lines if line.person_id)}
    found: dict[int, tuple[Line, Person]] = {}
    for line in lines:
        person = known.get(line.person_id or 0)
        if person is None:
            fault = rules.NobodyHasThisNumber if line.number else rules.NumberIsMissing
            faults[line.key] = fault()
        elif person.id in found:
            faults[line.key] = rules.OnTheSheetTwice(name=person.name)
        else:
            found[person.id] = line, person
    return [found[person_id] for person_id in sorted(found)]


def _write(line: Line, person: Person, hand: _Hand) -> bool:
    """Write one line in, and say whether it said something new."""
    typed = rules.Typed(rules.read_clock(line.arrived), rules.read_clock(line.left))
    hours_rules.ensure_not_own(person=person.id, by=hand.by)
    rules.ensure_one_way(typed, no_show=line.no_show)
    lock_person(person.id)
    presence = queries.lock_presence_of(hand.shift.id, person.id)
    if line.no_show:
        return _stay_away(presence, person, hand)
    if presence is None or presence.checked_in_at is None:
        return _come(typed, presence, person, hand)
    stands = rules.Typed(
        *(_wall(instant) for instant in (presence.checked_in_at, presence.checked_out_at))
    )
    rules.ensure_same(typed, stands, name=person.name)
    if presence.state == "left" or typed.left is None:
        return False
    return _leave(presence, presence.checked_in_at, typed.left, hand)


def _stay_away(presence: Presence | None, person: Person, hand: _Hand) -> bool:
    if marks.state_of(presence) == "no_show":
        return False
    marks.mark_absent(
        shift=hand.shift,
        person=person,
        state="no_show",
        by=hand.by,
        now=hand.now,
        method=METHOD,
    )
    return True


def _come(typed: rules.Typed, presence: Presence | None, person: Person, hand: _Hand) -> bool:
    """Write in a stay, whole or begun, of somebody for whom none stands."""
    shift, now = hand.shift, hand.now
    since = rules.arrived_at(typed.arrived, span=shift.span, zone=zone(), name=person.name)
    left = None
    if typed.left is not None:
        left = rules.left_at(typed.left, since=since, span=shift.span, zone=zone())
    rules.ensure_gone(left, span=shift.span, name=person.name, now=now)
    _ensure_past(left or since, now=now)
    signup = queries.find_signup(shift.id, person.id)
    if signup is None:
        marks.ensure_may_walk_in(shift, person, method=METHOD)
    marks.close(queries.lock_finished(person.id, now=since), now=now)
    marks.ensure_nowhere_else(person, shift_id=shift.id, since=since, until=left)
    presence = presence or marks.start(shift, person, signup)
    marks.put(
        presence,
        "left" if left else "present",
        by=hand.by,
        now=now,
        method=METHOD,
        checked_in_at=since,
        checked_out_at=left,
    )
    marks.note("typed_in", presence, shift=shift, by=hand.by, state=presence.state)
    if left:
        _count(presence, since, left, hand)
    return True


def _leave(presence: Presence, since: datetime, wall: time, hand: _Hand) -> bool:
    """Write in when somebody left who was checked in before."""
    left = rules.left_at(wall, since=since, span=hand.shift.span, zone=zone())
    _ensure_past(left, now=hand.now)
    marks.put(presence, "left", by=hand.by, now=hand.now, checked_out_at=left)
    marks.note("typed_in", presence, shift=hand.shift, by=hand.by, state="left")
    _count(presence, since, left, hand)
    return True


def _count(presence: Presence, since: datetime, until: datetime, hand: _Hand) -> None:
    minutes = hours_rules.served_minutes(since, until, span=hand.shift.span)
    ensure_nothing_stands(presence.shift_id, presence.person)
    marks.count(
        presence, minutes=minutes, source=SOURCE, by=hand.by, now=hand.now, reason=hand.reason
    )


def _wall(instant: datetime | None) -> time | None:
    """Read an instant as a clock on the wall shows it, without its seconds."""
    return instant.astimezone(zone()).time().replace(second=0, microsecond=0) if instant else None


def _ensure_past(moment: datetime, *, now: datetime) -> None:
    if moment > now:
        raise hours_rules.NotOverYet
