"""Whether a person may serve on a shift: what the rules need is gathered here."""

from datetime import timedelta

from volunteer_hub.credentials.queries import find_type, held_by
from volunteer_hub.credentials.rules import Held, is_minor
from volunteer_hub.foundation.language import local_day, localized
from volunteer_hub.foundation.settings import settings
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.signups.queries import binding
from volunteer_hub.signups.rules import joining as rules

LAST_MOMENT = timedelta(microseconds=1)


def ensure_may_serve(
    shift: Shift,
    *,
    role: ShiftRole | None,
    person: Person,
    minutes: int | None = None,
    held: Held | None = None,
) -> None:
    """Refuse whom age, consent, training, insurance or a full day keeps from the shift.

    :param minutes, held: promised on other shifts of that day, and what the person can show, where
        the caller knows it
    :raises BirthDateIsNeeded, TooYoung, NotForMinors, ConsentIsMissing:
    :raises InsuranceIsMissing, TrainingIsMissing, DayIsFull:
    """
    first = local_day(shift.starts_at)
    last = local_day(shift.ends_at - LAST_MOMENT)  # what ends at midnight ends on its own day
    born = person.birth_date
    rules.ensure_old_enough(minimum_age=shift.minimum_age, birth_date=born, day=first)
    needs = [need for need in (shift.need, role and role.need) if need]
    asked = bool(needs) or shift.needs_insurance or is_minor(born, first)
    if held is None:
        held = held_by(person.id) if asked else Held()
    rules.ensure_may_do_it(
        is_dangerous=shift.is_dangerous, birth_date=born, day=first, consented=held.consented(first)
    )
    rules.ensure_protected(needs_insurance=shift.needs_insurance, insured=held.insured(first, last))
    for need in needs:
        has = held.has(need, first, last)
        rules.ensure_qualified(what=None if has else _name(need), held=has)
    if minutes is None:
        minutes = binding.minutes_that_day(shift, person_id=person.id)
    rules.ensure_within_the_day(
        minutes=minutes + shift.span.minutes, hours=settings().day_cap_hours
    )


def _name(code: str) -> str:
    return localized(find_type(code), "name")
