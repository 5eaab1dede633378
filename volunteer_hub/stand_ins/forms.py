"""The shape of asking for a stand-in and of taking a place over."""

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from volunteer_hub.foundation.forms import Form
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.stand_ins.rules import LONGEST_NOTE

RISKS_FIRST = _l("Please tick that you have read the risk notice.")


class AskForm(Form):
    """Everybody, or one person by their volunteer number."""

    number = StringField(
        _l("Volunteer number of one person"),
        [Length(max=60, message=_l("At most 60 characters."))],
        description=_l("Leave it empty to ask everybody. Only who says yes takes the place."),
    )
    note = TextAreaField(
        _l("A word to them"),
        [Length(max=LONGEST_NOTE, message=_l("At most 200 characters."))],
        description=_l("Whoever looks at it reads it. No phone numbers, please."),
    )


class TakeForm(Form):
    """Whoever takes a place over has read the risks."""

    risk = BooleanField(
        _l("I have read the risk notice and am fit to take part"), [InputRequired(RISKS_FIRST)]
    )
