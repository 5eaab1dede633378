import pytest

from tests.stand_ins.conftest import HOUR, NOW
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.people.rules.accounts import masked_name
from volunteer_hub.signups.rules.line import SIGNUP_STATES
from volunteer_hub.stand_ins import rules


def refused(rule, **facts):
    """Name the refusal, or nothing."""
    try:
        rule(**facts)
    except (rules.Refusal, BrokenInput) as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize("state", [None, *SIGNUP_STATES])
def test_only_who_has_a_place_hands_it_on(state):
    wanted = None if state == "confirmed" else rules.PlaceIsNeeded
    assert refused(rules.ensure_has_a_place, state=state) == wanted


@pytest.mark.parametrize(
    ("asked_before", "is_open", "wanted"),
    [
        (0, False, None),
        (4, False, None),
        (5, False, rules.AsksTooOften),
        (1, True, rules.LooksAlready),
        (9, True, rules.LooksAlready),
    ],
)
def test_how_often_one_may_ask(asked_before, is_open, wanted):
    assert refused(rules.ensure_may_ask, asked_before=asked_before, is_open=is_open) == wanted


@pytest.mark.parametrize(
    ("waiting", "closes_in", "wanted"),
    [
        (0, HOUR, None),
        (0, -HOUR, None),
        (1, HOUR, rules.LineGoesFirst),
        (1, 0 * HOUR, None),  # the line moves no more: nobody in it would get the place
        (3, -HOUR, None),
    ],
)
def test_the_line_goes_first_while_it_moves(waiting, closes_in, wanted):
    facts = {"waiting": waiting, "line_closes_at": NOW + closes_in, "now": NOW}
    assert refused(rules.ensure_nobody_waits, **facts) == wanted


@pytest.mark.parametrize("state", rules.STATES)
def test_only_an_open_request_is_answered(state):
    wanted = None if state == "open" else rules.RequestIsOver
    assert refused(rules.ensure_open, state=state) == wanted


@pytest.mark.parametrize(("invited", "fits"), [(None, False), (7, False), (8, True)])
def test_who_can_be_asked(invited, fits):
    if fits:
        assert rules.ensure_can_be_asked(invited=invited, by=7) == invited
        return
    with pytest.raises(BrokenInput) as refusal:
        rules.ensure_can_be_asked(invited=invited, by=7)
    assert [field for field, _said in refusal.value.errors] == ["number"]


@pytest.mark.parametrize(
    ("reader", "invited", "taken_by", "seen"),
    [
        (1, None, None, True),
        (3, None, None, True),
        (1, 2, None, True),
        (2, 2, None, True),
        (3, 2, None, False),
        (3, None, 4, True),
        (2, 2, 2, True),
    ],
)
def test_who_sees_a_request(reader, invited, taken_by, seen):
    facts = {"owner_id": 1, "invited_id": invited, "taken_by": taken_by}
    assert rules.may_see(reader, **facts) == seen


@pytest.mark.parametrize(
    ("name", "shown"), [("陈晓梅", "陈*"), ("  Ann Lee ", "A*"), ("周", "周*"), ("", "*")]
)
def test_names_are_masked(name, shown):
    assert masked_name(name) == shown


def test_every_way_to_end_has_its_words():
    assert set(rules.ENDED) == set(rules.STATES) - {"open"}
