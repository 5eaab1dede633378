"""What staff type in: a number, a stay, a reason."""

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from volunteer_hub.foundation.forms import Form, LocalMoment, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l


class WalkInForm(Form):
    number = StringField(
        _l("Volunteer number or phone"),
        [Needed(), Length(max=60)],
        description=_l("The whole number, as it stands on the card or in the phone."),
    )


class ReasonForm(Form):
    reason = TextAreaField(
        _l("Reason"),
        [Needed(), Length(max=500)],
        description=_l("The volunteer reads it."),
    )


class BackFillForm(ReasonForm):
    number = StringField(_l("Volunteer number or phone"), [Needed(), Length(max=60)])
    checked_in_at = LocalMoment(_l("Arrived"), [Needed()])
    checked_out_at = LocalMoment(_l("Left"), [Needed()])
