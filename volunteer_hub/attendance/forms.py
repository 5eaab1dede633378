"""What is typed in: a number, a stay, what one declares."""

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange

from volunteer_hub.foundation.forms import Form, LocalMoment, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.hours.rules.hours import LONGEST_DAY


class WalkInForm(Form):
    number = StringField(
        _l("Volunteer number or phone"),
        [Needed(), Length(max=60)],
        description=_l("The whole number, as it stands on the card or in the phone."),
    )


class BackFillForm(Form):
    reason = TextAreaField(
        _l("Reason"), [Needed(), Length(max=500)], description=_l("The volunteer reads it.")
    )
    number = StringField(_l("Volunteer number or phone"), [Needed(), Length(max=60)])
    checked_in_at = LocalMoment(_l("Arrived"), [Needed()])
    checked_out_at = LocalMoment(_l("Left"), [Needed()])


class SheetForm(Form):
    """A paper sheet. Its lines have names of their own (views.paper): the form keeps its token."""


class DeclareForm(Form):
    minutes = IntegerField(
        _l("Minutes served"),
        [Needed(), NumberRange(min=1, max=LONGEST_DAY)],
        description=_l("Only the service itself: two and a half hours are 150 minutes."),
    )
    reason = TextAreaField(
        _l("Reason"),
        [Needed(), Length(max=500)],
        description=_l("Why nobody wrote it down, and who saw you."),
    )
