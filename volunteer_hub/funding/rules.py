"""When money may be written down and counted.  Pure; all amounts in fen."""

from datetime import date

from volunteer_hub.foundation.money import write_amount
from volunteer_hub.foundation.refusal import Refusal, sentence

KINDS = ("awarded", "paid_out", "spent")
STATES = ("draft", "approved", "rejected")
WORDS = {
    "awarded": sentence("Award"),
    "paid_out": sentence("Payment"),
    "spent": sentence("Expense"),
}


class AmountIsNotPositive(Refusal):
    """Only a reversal takes money back."""

    status = 422
    said = sentence("Write an amount above zero. To take money back, reverse its entry.")


class DayLiesAhead(Refusal):
    """Money is written down when it has moved."""

    status = 422
    said = sentence("This day has not come yet.")


class PaidBeyondAward(Refusal):
    """The payments would exceed what was awarded."""

    said = sentence("Only %(left)s yuan of the award are left to pay out.")


class AwardIsPaidOut(Refusal):
    """The award would fall below what was paid out of it."""

    said = sentence("%(paid_out)s yuan are paid out already. Reverse payments first.")


class ApproverWroteIt(Refusal):
    """Whoever wrote an entry may not approve it."""

    said = sentence("A second person must approve this: you wrote it yourself.")


class EntryIsSettled(Refusal):
    """An entry is approved or rejected once."""

    said = sentence("This entry has been settled already. Reverse it instead.")


class EntryCannotBeReversed(Refusal):
    """Only an approved entry can be taken back, once, and not a reversal itself."""

    said = sentence("Only an approved entry can be reversed, and only once.")


class VoucherIsKnown(Refusal):
    """The voucher number stands in the ledger already."""

    said = sentence("The number %(voucher_no)s stands in this project's ledger already.")


def ensure_can_be_written(*, amount: int, occurred_on: date, today: date) -> None:
    """Refuse what did not happen.

    :raises AmountIsNotPositive: if nothing moved
    :raises DayLiesAhead: if the day has not come
    """
    if amount <= 0:
        raise AmountIsNotPositive
    if occurred_on > today:
        raise DayLiesAhead


def ensure_waits(state: str) -> None:
    """Refuse a second settling.

    :raises EntryIsSettled: unless it is a draft
    """
    if state != "draft":
        raise EntryIsSettled


def ensure_may_approve(*, state: str, created_by: int, approver: int) -> None:
    """Refuse a second settling and one's own entry.

    :raises EntryIsSettled: unless it is a draft
    :raises ApproverWroteIt: separation of duty
    """
    ensure_waits(state)
    if created_by == approver:
        raise ApproverWroteIt


def ensure_within_award(*, kind: str, amount: int, awarded: int, paid_out: int) -> None:
    """Refuse an entry after which more would be paid out than was awarded.

    `amount` is what the entry adds to its kind, below zero for a reversal.

    :raises PaidBeyondAward: if a payment is too large
    :raises AwardIsPaidOut: if an award would be taken back that was paid out
    """
    if kind == "paid_out" and amount > 0 and paid_out + amount > awarded:
        raise PaidBeyondAward(left=write_amount(max(awarded - paid_out, 0)))
    if kind == "awarded" and amount < 0 and paid_out > awarded + amount:
        raise AwardIsPaidOut(paid_out=write_amount(paid_out))


def ensure_may_reverse(*, state: str, is_reversal: bool, reversals: int) -> None:
    """Refuse to take back what does not count, or twice.

    `reversals` counts the reversing entries that wait or are approved.

    :raises EntryCannotBeReversed: see the sentence
    """
    if state != "approved" or is_reversal or reversals:
        raise EntryCannotBeReversed
