"""Who keeps a place when there are fewer places than people.  Pure."""

from collections.abc import Collection

from volunteer_hub.foundation.refusal import Refusal, sentence


class CapacityBelowConfirmed(Refusal):
    """More people are confirmed than the new capacity holds."""

    said = sentence("%(confirmed)s people are confirmed. Choose who stays, then lower the places.")


class PeopleHaveChanged(Refusal):
    """Others are confirmed by now than those whom staff chose from."""

    said = sentence("Somebody joined or left meanwhile. Please choose again.")


class NobodyIsChosen(Refusal):
    """Staff must choose exactly as many people as there will be places."""

    status = 422
    said = sentence("Choose exactly %(places)s people who stay.")


def ensure_saw_everybody(*, confirmed: Collection[int], among: Collection[int] | None) -> None:
    """Refuse a choice among others than those who are confirmed now.

    :param among: whom staff saw when they chose; None if that is not known
    :raises PeopleHaveChanged:
    """
    if among is not None and set(confirmed) != set(among):
        raise PeopleHaveChanged


def ensure_all_may_stay(*, places: int, confirmed: int, staying: int | None) -> None:
    """Refuse fewer places than people who hold one, until staff have chosen who stays.

    :param staying: how many people staff chose; None if nobody was asked
    :raises CapacityBelowConfirmed: staff choose first who stays
    :raises NobodyIsChosen: unless exactly as many stay as there are places
    """
    if confirmed <= places:
        return
    if staying is None:
        raise CapacityBelowConfirmed(confirmed=confirmed)
    if staying != places:
        raise NobodyIsChosen(places=places)
