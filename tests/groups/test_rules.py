"""Truth tables: who may sign up whom, by what consent; what is kept for whom, until when."""

from datetime import date

import pytest

from tests.groups.conftest import DAY, HOUR, NOW, START
from volunteer_hub.credentials.rules import is_minor
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.groups.rules import companions, reservations, together


def fields(refused) -> list[str]:
    return [name for name, _said in refused.value.errors]


@pytest.mark.parametrize(
    ("born", "last"),
    [
        (date(2010, 5, 1), date(2028, 4, 30)),
        (date(2010, 1, 1), date(2027, 12, 31)),
        (date(2008, 2, 29), date(2026, 2, 28)),
        (date(2012, 2, 29), date(2030, 2, 28)),
        (date(2010, 3, 1), date(2028, 2, 29)),
    ],
)
def test_the_last_day_as_a_minor(born, last):
    assert companions.last_day_as_minor(born) == last
    assert is_minor(born, last)
    assert not is_minor(born, last + DAY)


def test_an_unknown_birth_date_makes_no_minor():
    assert not is_minor(None, date(2026, 12, 7))


@pytest.mark.parametrize(
    ("born", "until"),
    [
        (date(2016, 5, 1), date(2027, 12, 6)),  # a year, both ends included
        (date(2009, 1, 1), date(2026, 12, 31)),  # of age on New Year's Day
        (date(2008, 12, 8), date(2026, 12, 7)),  # today is the last day
    ],
)
def test_how_long_a_guardian_s_consent_is_valid(born, until):
    assert companions.consent_until(born, today=date(2026, 12, 7)) == until


@pytest.mark.parametrize(
    ("relation", "by_staff", "may"),
    [
        *((word, False, True) for word in companions.OWN),
        *((word, True, False) for word in companions.OWN),
        ("resident", True, True),
        ("resident", False, False),
        ("", False, False),
        ("stranger", False, False),
    ],
)
def test_who_is_added_as_what(relation, by_staff, may):
    if may:
        companions.ensure_related(relation, by_staff=by_staff)
        return
    with pytest.raises(BrokenInput) as refused:
        companions.ensure_related(relation, by_staff=by_staff)
    assert fields(refused) == ["relation"]


@pytest.mark.parametrize(
    ("consent_by", "is_minor", "by_staff", "field"),
    [
        ("guardian", True, False, None),
        ("own_word", True, False, "consent"),
        ("written", True, False, "consent"),
        ("guardian", False, False, "consent"),
        ("own_word", False, False, None),
        ("written", False, False, "consent"),
        ("guardian", True, True, "birth_date"),
        ("own_word", True, True, "birth_date"),
        ("written", True, True, "birth_date"),
        ("guardian", False, True, "consent"),
        ("own_word", False, True, None),
        ("written", False, True, None),
        ("nobody", False, True, "consent"),
    ],
)
def test_who_can_agree(consent_by, is_minor, by_staff, field):
    facts = {"is_minor": is_minor, "by_staff": by_staff}
    if field is None:
        companions.ensure_agreed(consent_by, **facts)
        return
    with pytest.raises(BrokenInput) as refused:
        companions.ensure_agreed(consent_by, **facts)
    assert fields(refused) == [field]


@pytest.mark.parametrize(
    ("live", "by_staff", "may"),
    [(0, False, True), (11, False, True), (12, False, False), (500, True, True)],
)
def test_a_family_has_an_end(live, by_staff, may):
    if may:
        companions.ensure_not_too_many(live, by_staff=by_staff)
    else:
        with pytest.raises(companions.TooManyCompanions):
            companions.ensure_not_too_many(live, by_staff=by_staff)


@pytest.mark.parametrize(
    ("consent_by", "is_minor", "may"),
    [
        ("guardian", True, True),
        ("guardian", False, False),
        ("own_word", True, False),
        ("own_word", False, False),
    ],
)
def test_what_is_renewed(consent_by, is_minor, may):
    if may:
        companions.ensure_renewable(consent_by, is_minor=is_minor)
    else:
        with pytest.raises(companions.NoConsentToRenew):
            companions.ensure_renewable(consent_by, is_minor=is_minor)


@pytest.mark.parametrize(
    ("free", "persons", "may"),
    [(3, 3, True), (4, 3, True), (2, 3, False), (0, 1, False), (-1, 1, False)],
)
def test_together_means_all_of_them(free, persons, may):
    if may:
        together.ensure_all_fit(free=free, persons=persons)
        return
    with pytest.raises(together.NotEnoughPlaces) as refused:
        together.ensure_all_fit(free=free, persons=persons)
    assert refused.value.facts == {"free": max(free, 0), "persons": persons}


def test_somebody_comes_and_nobody_is_drawn():
    together.ensure_somebody(1)
    together.ensure_first_come(drawn_later=False)
    with pytest.raises(BrokenInput) as refused:
        together.ensure_somebody(0)
    assert fields(refused) == ["people"]
    with pytest.raises(together.PlacesAreDrawn):
        together.ensure_first_come(drawn_later=True)


SOUND = {"name_zh": "队", "places": 2, "contact": 7, "until": START, "starts_at": START, "now": NOW}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({}, []),
        ({"until": NOW + HOUR}, []),
        ({"until": NOW}, ["until"]),
        ({"until": START + HOUR}, ["until"]),
        ({"name_zh": " "}, ["name_zh"]),
        ({"places": 0}, ["places"]),
        ({"places": -1, "contact": None}, ["places", "contact"]),
        ({"contact": None}, ["contact"]),
    ],
)
def test_what_may_be_kept(change, broken):
    if not broken:
        assert reservations.ensure_may_keep(**(SOUND | change)) == 7
        return
    with pytest.raises(BrokenInput) as refused:
        reservations.ensure_may_keep(**(SOUND | change))
    assert fields(refused) == broken


@pytest.mark.parametrize(
    ("state", "until", "on"),
    [
        ("open", NOW + HOUR, True),
        ("open", NOW, False),
        ("open", NOW - HOUR, False),
        ("ended", NOW + HOUR, False),
        ("ended", NOW, False),
    ],
)
def test_until_when_places_are_kept(state, until, on):
    assert reservations.goes_on(state, until=until, now=NOW) is on
    if on:
        reservations.ensure_goes_on(state, until=until, now=NOW)
    else:
        with pytest.raises(reservations.ReservationHasEnded):
            reservations.ensure_goes_on(state, until=until, now=NOW)


@pytest.mark.parametrize(("left", "persons", "may"), [(2, 2, True), (1, 2, False), (0, 1, False)])
def test_no_more_than_were_kept(left, persons, may):
    if may:
        reservations.ensure_are_left(left=left, persons=persons)
    else:
        with pytest.raises(reservations.NotSoManyKept):
            reservations.ensure_are_left(left=left, persons=persons)


@pytest.mark.parametrize(
    ("ahead", "before"),
    [(3 * DAY, 2 * DAY), (2 * DAY, 12 * HOUR), (13 * HOUR, 12 * HOUR), (12 * HOUR, 2 * HOUR)],
)
def test_the_deadline_that_is_proposed(ahead, before):
    assert reservations.suggested_until(NOW + ahead, now=NOW) == NOW + ahead - before
    assert reservations.suggested_until(NOW + HOUR, now=NOW) is None


def test_every_reason_is_a_refusal_of_the_rooms_below():
    from volunteer_hub.signups.rules import joining

    known = {
        found().code
        for found in vars(joining).values()
        if isinstance(found, type) and issubclass(found, joining.Refusal)
    }
    assert set(together.REASONS) <= known
