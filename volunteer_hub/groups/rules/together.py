"""Several people on one shift: whole or not at all, or each as it comes.  Pure."""

from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

# Why somebody cannot come, said of them and not to them.
REASONS = {
    "already-signed-up": sentence("Is signed up already."),
    "shifts-overlap": sentence("Serves elsewhere at that time."),
    "too-young": sentence("Is too young for this shift on that day."),
    "birth-date-is-needed": sentence("The shift has an age limit, and no birth date is known."),
    "consent-is-missing": sentence("Is under 18, and no guardian's consent is valid on that day."),
    "not-for-minors": sentence("Is under 18, and the work can be dangerous."),
    "insurance-is-missing": sentence("Is not insured until the shift ends."),
    "training-is-missing": sentence("Lacks a training that this shift asks for."),
    "day-is-full": sentence("Would serve too many hours on that day."),
    "line-is-closed": sentence("Every place is taken, and it is too late to wait for one."),
}


class NotEnoughPlaces(Refusal):
    """Together means together: nobody comes without the others."""

    said = sentence(
        "Free places: %(free)s. You are %(persons)s. Nobody was signed up."
        " Choose fewer people, or choose: each as it comes."
    )


class PlacesAreDrawn(Refusal):
    """While everybody may ask first, nobody knows who gets a place."""

    said = sentence(
        "The places of this shift are given out later. Choose: each as it comes."
        " Then each of you stands in line."
    )


class SomebodyCannot(Refusal):
    """One of those who wanted to come together cannot."""

    said = sentence("%(name)s: %(why)s Nobody was signed up.")


def ensure_somebody(persons: int) -> None:
    """Refuse a group of nobody.

    :raises BrokenInput: naming people
    """
    if not persons:
        raise BrokenInput([("people", sentence("Choose who comes."))])


def ensure_all_fit(*, free: int, persons: int) -> None:
    """Refuse to begin with a group that does not fit.

    :raises NotEnoughPlaces:
    """
    if free < persons:
        raise NotEnoughPlaces(free=max(free, 0), persons=persons)


def ensure_first_come(*, drawn_later: bool) -> None:
    """Refuse to promise places together before anybody gets one.

    :raises PlacesAreDrawn:
    """
    if drawn_later:
        raise PlacesAreDrawn
