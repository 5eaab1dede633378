"""What may be disputed, and who may answer, as truth tables."""

import pytest

from volunteer_hub.hours.rules import disputes

SETTLED = {"state": "locked", "is_reversal": False, "is_last": True, "is_open": False}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"state": "rejected"}, None),
        ({"state": "recorded"}, disputes.CannotBeDisputed),
        ({"is_reversal": True}, disputes.CannotBeDisputed),
        ({"is_last": False}, disputes.CannotBeDisputed),
        ({"is_open": True}, disputes.DisputedAlready),
        ({"is_open": True, "is_last": False}, disputes.DisputedAlready),
    ],
)
def test_only_the_newest_settled_hours_are_disputed(changes, refusal):
    facts = SETTLED | changes
    assert disputes.may_dispute(**facts) is (refusal is None)
    if refusal is None:
        disputes.ensure_may_dispute(**facts)
        return
    with pytest.raises(refusal):
        disputes.ensure_may_dispute(**facts)


@pytest.mark.parametrize("state", disputes.STATES)
def test_a_dispute_ends_once(state):
    if state == "open":
        disputes.ensure_open(state)
        return
    with pytest.raises(disputes.DisputeIsSettled):
        disputes.ensure_open(state)


@pytest.mark.parametrize(
    ("involved", "may"),
    [((None, None, None), True), ((1, 2, None), True), ((3, None, None), False), ((1, 3), False)],
)
def test_whoever_had_a_part_in_the_hours_does_not_answer(involved, may):
    if may:
        disputes.ensure_outside(3, involved=involved)
        return
    with pytest.raises(disputes.AnswererIsInvolved):
        disputes.ensure_outside(3, involved=involved)


@pytest.mark.parametrize(("minutes", "standing"), [(60, 0), (0, 60), (59, 60)])
def test_upholding_changes_something(minutes, standing):
    disputes.ensure_changes(minutes, standing=standing)


@pytest.mark.parametrize("minutes", [0, 60])
def test_upholding_what_stands_is_refused(minutes):
    with pytest.raises(disputes.NothingWouldChange):
        disputes.ensure_changes(minutes, standing=minutes)


def test_every_state_has_a_word():
    assert set(disputes.STATE_WORDS) == set(disputes.STATES)
    assert set(disputes.ANSWERS) < set(disputes.STATES)
