"""What is typed into the demo inbox."""

from wtforms import StringField
from wtforms.validators import Length, Regexp

from volunteer_hub.foundation.forms import Form, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l


class AnswerForm(Form):
    """A text that somebody would write back from a phone."""

    phone = StringField(_l("Phone"), [Needed(), Regexp(r"^[0-9]{7,15}$")])
    text = StringField(_l("Answer this text message"), [Needed(), Length(max=200)])
