"""What the provider said of a text."""

from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf, Length

from volunteer_hub.foundation.forms import Form
from volunteer_hub.foundation.language import lazy_gettext as _l

STEPS = ("submitted", "approved", "rejected")


class StepForm(Form):
    """The next state of one text, with the provider's number or reason."""

    template = HiddenField(validators=[Length(max=100)])
    to = HiddenField(validators=[AnyOf(STEPS)])
    vendor_code = StringField(_l("Number at the provider"), [Length(max=60)])
    reason = StringField(_l("Why it was refused"), [Length(max=300)])
