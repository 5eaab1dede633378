"""The shape of what is written into the ledger."""

from typing import Any

from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from volunteer_hub.foundation.forms import AmountField, Form, Needed
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l

SHORT = Length(max=200)


class EntryForm(Form):
    """One line of the ledger; everybody can read it once it is approved."""

    kind = RadioField(
        _l("What is it?"),
        [Needed()],
        choices=lambda: {
            "awarded": _("Award: a funder has agreed to give it"),
            "paid_out": _("Payment: it was handed over to the project"),
            "spent": _("Expense: the project has spent it"),
        },
    )
    amount = AmountField(_l("Amount in yuan"), [Needed()], description=_l("Such as 18,000.00"))
    occurred_on = DateField(_l("Day"), [Needed()])
    counterparty_zh = StringField(
        _l("Funder or payee, in Chinese"),
        [Needed(), SHORT],
        description=_l("An office or a shop. Of a private person write only the role."),
    )
    counterparty_en = StringField(_l("Funder or payee, in English"), [SHORT])
    voucher_no = StringField(
        _l("Voucher number"),
        [Needed(), Length(max=60)],
        description=_l("Of the agreement, the transfer or the receipt."),
    )
    purpose_zh = StringField(_l("Purpose in Chinese"), [SHORT])
    purpose_en = StringField(_l("Purpose in English"), [SHORT])

    def facts(self) -> dict[str, Any]:
        """Give what was written as the action wants it."""
        given = {
            name: None if value == "" and name.endswith("_en") else value
            for name, value in self.data.items()
            if name not in ("amount", "csrf_token")
        }
        return given | {"amount_fen": self.amount.data}


class ReasonForm(Form):
    """Why an entry is sent away or taken back."""

    reason = TextAreaField(_l("Reason"), [Needed(), Length(max=500)])
