"""What staff type in: a number, a stay, a reason."""

from flask_babel import gettext as _
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from volunteer_hub.attendance.rules.hours import LONGEST_DAY
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


class DisputeForm(Form):
    says = TextAreaField(
        _l("What is wrong?"),
        [Needed(), Length(max=1000)],
        description=_l("How long you served, and who saw it."),
    )


class AnswerForm(Form):
    """Minutes are asked of whoever upholds the dispute."""

    verdict = RadioField(
        _l("Answer"),
        [Needed()],
        choices=lambda: {
            "upheld": _("The volunteer is right"),
            "turned_down": _("The hours stay as they are"),
        },
    )
    minutes = IntegerField(
        _l("Right minutes"),
        [Optional(), NumberRange(min=0, max=LONGEST_DAY)],
        description=_l("If the volunteer is right; 0 when nothing was served."),
    )
    answer = TextAreaField(
        _l("Why?"), [Needed(), Length(max=500)], description=_l("The volunteer reads it.")
    )

    def validate_verdict(self, field: RadioField) -> None:
        if field.data == "upheld" and self.minutes.data is None:
            raise ValidationError(_("Say how many minutes are right."))
