"""The shape of what readers ask the calendar for."""

from typing import Any

from wtforms import BooleanField, DateField, HiddenField, MonthField, SelectField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import HiddenInput

from volunteer_hub.calendar.rules import VIEWS
from volunteer_hub.foundation.forms import EARLIEST_YEAR, LATEST_YEAR, Form
from volunteer_hub.foundation.language import lazy_gettext as _l


def in_a_sensible_year(_form: Any, field: Any) -> None:
    """Refuse a slip of the keyboard, beyond which calendars end."""
    if field.data is not None and not EARLIEST_YEAR <= field.data.year <= LATEST_YEAR:
        raise ValidationError(field.gettext("Not a valid date value."))


SENSIBLE = [Optional(), in_a_sensible_year]


class OpportunityFilter(Form):
    """What the list is narrowed to and which days it shows; all of it stands in the address, so it
    is made without a token."""

    place = SelectField(_l("Community"), default="")
    project = SelectField(_l("Project"), default="")
    need = SelectField(_l("Skill"), default="")
    since = DateField(_l("From day"), SENSIBLE, name="from")
    free = BooleanField(_l("With free places"))

    view = HiddenField(default=VIEWS[0])
    month = MonthField("", SENSIBLE, widget=HiddenInput())
    day = DateField("", SENSIBLE, widget=HiddenInput())

    def good(self, name: str) -> Any:
        """Read a field; what cannot be read counts as not said, and its field says so."""
        return None if self[name].errors else self[name].data
