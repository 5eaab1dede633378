"""What can be asked of the figures in an address: days, as-of, place, project."""

from datetime import date
from typing import Any

from wtforms import DateField, StringField
from wtforms.validators import Length, Optional, ValidationError

from volunteer_hub.foundation.forms import Form
from volunteer_hub.foundation.refusal import BrokenInput, sentence

EARLIEST, LATEST = date(1949, 1, 1), date(2199, 12, 31)


def _within_reach(_form: Any, field: DateField) -> None:
    if field.data and not EARLIEST <= field.data <= LATEST:
        raise ValidationError(sentence("Give a year between 1949 and 2199."))


_DAY: list[Any] = [Optional(), _within_reach]


class ScopeForm(Form):
    """A question by GET: it changes nothing, so it carries no token."""

    first = DateField(name="from", validators=_DAY)
    end = DateField(name="to", validators=_DAY)
    as_of = DateField(validators=_DAY)
    place = StringField(validators=[Length(max=100)])
    project = StringField(validators=[Length(max=100)])

    def __init__(self, asked: Any) -> None:
        super().__init__(asked, meta={"csrf": False})

    def ensure_readable(self) -> None:
        """Refuse dates that are none.

        :raises BrokenInput: naming each field
        """
        if not self.validate():
            errors = [(str(name), str(text)) for name, said in self.errors.items() for text in said]
            raise BrokenInput(errors)
