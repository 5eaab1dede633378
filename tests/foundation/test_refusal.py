"""How the house says no."""

import pytest

from volunteer_hub.foundation.refusal import BrokenInput, NotAllowed, NotFound, NotSignedIn, Refusal


class ShiftIsFull(Refusal):
    said = "Shift %(shift)s has no free place."


class A1Is100PercentFull(Refusal):
    status = 410
    said = "100% full"


@pytest.mark.parametrize(
    ("refusal", "code", "status"),
    [
        (Refusal(), "refusal", 409),
        (ShiftIsFull(shift=7), "shift-is-full", 409),
        (A1Is100PercentFull(), "a1-is100-percent-full", 410),
        (NotSignedIn(), "not-signed-in", 401),
        (NotAllowed(), "not-allowed", 403),
        (NotFound(), "not-found", 404),
        (BrokenInput([]), "broken-input", 422),
    ],
)
def test_each_refusal_names_its_rule_and_status(refusal, code, status):
    assert (refusal.code, refusal.status) == (code, status)


def test_the_facts_fill_the_sentence():
    refusal = ShiftIsFull(shift=7)
    assert str(refusal) == "Shift 7 has no free place."
    assert refusal.facts == {"shift": 7}


def test_a_sentence_without_facts_is_left_as_it_is():
    assert str(A1Is100PercentFull()) == "100% full"


def test_a_missing_fact_is_found_out_at_once():
    with pytest.raises(KeyError):
        ShiftIsFull(place=1)


def test_broken_input_pairs_each_field_with_its_sentence():
    refusal = BrokenInput([("phone", "Too short."), ("name", "Needed.")])
    assert refusal.errors == [("phone", "Too short."), ("name", "Needed.")]
