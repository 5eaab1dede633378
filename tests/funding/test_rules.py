from datetime import date

import pytest

from volunteer_hub.funding import rules

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("amount", "occurred_on", "refusal"),
    [
        (1, TODAY, None),
        (1, date(2026, 11, 23), None),
        (1, date(2026, 11, 25), rules.DayLiesAhead),
        (0, TODAY, rules.AmountIsNotPositive),
        (-1, TODAY, rules.AmountIsNotPositive),
    ],
)
def test_what_can_be_written_down(amount, occurred_on, refusal) -> None:
    facts = {"amount": amount, "occurred_on": occurred_on, "today": TODAY}
    if refusal is None:
        rules.ensure_can_be_written(**facts)
    else:
        with pytest.raises(refusal):
            rules.ensure_can_be_written(**facts)


@pytest.mark.parametrize(
    ("state", "created_by", "approver", "refusal"),
    [
        ("draft", 1, 2, None),
        ("draft", 1, 1, rules.ApproverWroteIt),
        ("approved", 1, 2, rules.EntryIsSettled),
        ("rejected", 1, 2, rules.EntryIsSettled),
        ("approved", 1, 1, rules.EntryIsSettled),
    ],
)
def test_a_second_person_settles_once(state, created_by, approver, refusal) -> None:
    facts = {"state": state, "created_by": created_by, "approver": approver}
    if refusal is None:
        rules.ensure_may_approve(**facts)
    else:
        with pytest.raises(refusal):
            rules.ensure_may_approve(**facts)


@pytest.mark.parametrize(
    ("state", "waits"), [("draft", True), ("approved", False), ("rejected", False)]
)
def test_only_a_draft_waits(state, waits) -> None:
    if waits:
        rules.ensure_waits(state)
    else:
        with pytest.raises(rules.EntryIsSettled):
            rules.ensure_waits(state)


@pytest.mark.parametrize(
    ("kind", "amount", "awarded", "paid_out", "refusal"),
    [
        ("paid_out", 100, 100, 0, None),
        ("paid_out", 101, 100, 0, rules.PaidBeyondAward),
        ("paid_out", 1, 100, 100, rules.PaidBeyondAward),
        ("paid_out", 1, 0, 0, rules.PaidBeyondAward),
        ("paid_out", -100, 100, 100, None),
        ("awarded", 1, 0, 0, None),
        ("awarded", -100, 100, 0, None),
        ("awarded", -100, 100, 1, rules.AwardIsPaidOut),
        ("awarded", -100, 200, 100, None),
        ("spent", 500, 100, 100, None),
        ("spent", -500, 100, 100, None),
    ],
)
def test_never_more_is_paid_out_than_awarded(kind, amount, awarded, paid_out, refusal) -> None:
    facts = {"kind": kind, "amount": amount, "awarded": awarded, "paid_out": paid_out}
    if refusal is None:
        rules.ensure_within_award(**facts)
    else:
        with pytest.raises(refusal):
            rules.ensure_within_award(**facts)


def test_the_refusal_names_what_is_left() -> None:
    with pytest.raises(rules.PaidBeyondAward) as refused:
        rules.ensure_within_award(kind="paid_out", amount=2, awarded=1_800_000, paid_out=1_799_999)
    assert refused.value.facts == {"left": "0.01"}


@pytest.mark.parametrize(
    ("state", "is_reversal", "reversals", "fine"),
    [
        ("approved", False, 0, True),
        ("approved", False, 1, False),
        ("approved", True, 0, False),
        ("draft", False, 0, False),
        ("rejected", False, 0, False),
    ],
)
def test_what_can_be_taken_back(state, is_reversal, reversals, fine) -> None:
    facts = {"state": state, "is_reversal": is_reversal, "reversals": reversals}
    if fine:
        rules.ensure_may_reverse(**facts)
    else:
        with pytest.raises(rules.EntryCannotBeReversed):
            rules.ensure_may_reverse(**facts)
