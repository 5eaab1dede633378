"""The shape of a webhook's body, and of the reason for which an address is written to again."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from wtforms import RadioField
from wtforms.validators import InputRequired

from volunteer_hub.foundation.forms import Form
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.receipts.rules.outcomes import LIFT_WORDS, MAKES, ReceiptIsUnreadable


class Report(BaseModel):
    """One event; it names the message by our uuid, or by the reference the carrier gave.

    What else a carrier writes into it is none of our business.
    """

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    type: str = Field(max_length=60)  # delivered, or message.delivered
    message: UUID | None = None
    reference: str | None = Field(None, min_length=1, max_length=200, pattern=r"^[^\x00]+$")
    event: str | None = Field(None, min_length=1, max_length=200, pattern=r"^[^\x00]+$")
    occurred_at: AwareDatetime | None = None
    answer: str = Field("", max_length=10_000)

    def says(self) -> str:
        """Name what it says in our own word.

        :raises ReceiptIsUnreadable: if it is none of them, or names no message
        """
        word = self.type.rpartition(".")[2].replace("_", "-")
        if word not in MAKES or not (self.message or self.reference):
            raise ReceiptIsUnreadable
        return word


class LiftForm(Form):
    reason = RadioField(
        _l("Why may it be written to again?"),
        [InputRequired(_l("Say why this address may be written to again."))],
        choices=lambda: {name: _(word) for name, word in LIFT_WORDS.items()},
    )
