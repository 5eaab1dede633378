"""What people write about hours: a reason, a dispute, its answer."""

from flask_babel import gettext as _
from wtforms import IntegerField, RadioField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from volunteer_hub.foundation.forms import Form, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.hours.rules.hours import LONGEST_DAY


class ReasonForm(Form):
    reason = TextAreaField(
        _l("Reason"),
        [Needed(), Length(max=500)],
        description=_l("The volunteer reads it."),
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
