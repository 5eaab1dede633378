"""The shape of what people choose about shifts, and staff on a roster."""

from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length

from volunteer_hub.foundation.forms import Form, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l

RISKS_FIRST = _l("Please tick that you have read the risk notice.")


class JoinForm(Form):
    """Whoever signs up has read the risks."""

    risk = BooleanField(
        _l("I have read the risk notice and am fit to take part"), [InputRequired(RISKS_FIRST)]
    )


class LeaveForm(Form):
    """Nothing but the token."""


class AddPersonForm(Form):
    """Whom staff put on a shift."""

    person = IntegerField(_l("Person"), [Needed()])


class RemoveForm(Form):
    """Why somebody is taken off a shift; the person reads it."""

    reason = StringField(_l("Why (the person reads it)"), [Length(max=200)])
