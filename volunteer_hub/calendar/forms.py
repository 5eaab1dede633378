"""The shape of what readers ask the calendar for."""

from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import Optional

from volunteer_hub.foundation.forms import Form
from volunteer_hub.foundation.language import lazy_gettext as _l


class OpportunityFilter(Form):
    """What the list is narrowed to; it stands in the address and is made without a token."""

    place = SelectField(_l("Community"), default="")
    project = SelectField(_l("Project"), default="")
    since = DateField(_l("From day"), [Optional()], name="from")
    free = BooleanField(_l("With free places"))
