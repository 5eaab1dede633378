"""The shape of what people choose about shifts, and staff on a roster."""

from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from volunteer_hub.foundation.forms import Form, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l

RISKS_FIRST = _l("Please tick that you have read the risk notice.")


class JoinForm(Form):
    """Whoever signs up has read the risks; the choices are the roles of the shift."""

    role = RadioField(_l("What you want to do"), coerce=int, validate_choice=False)
    instant = BooleanField(_l("Take a place that becomes free for me at once, without asking"))
    risk = BooleanField(
        _l("I have read the risk notice and am fit to take part"), [InputRequired(RISKS_FIRST)]
    )


class AddPersonForm(Form):
    """Whom staff put on a shift."""

    person = IntegerField(_l("Person"), [Needed()])
    role = IntegerField(_l("What they do"))
    beyond = BooleanField(_l("Also when every place is taken: one place more"))


class RemoveForm(Form):
    """Why somebody is taken off a shift; the person reads it."""

    reason = StringField(_l("Why (the person reads it)"), [Length(max=200)])
