"""The shape of the roles of a shift: one row each, and a few empty ones for more."""

from typing import Any, cast

from wtforms import BooleanField, FieldList, FormField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from volunteer_hub.foundation.forms import NEEDED, Form
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.shifts.actions.words import RoleWords

SHORT = Length(max=120)
MOST = 20  # roles of one shift
EMPTY = 2  # rows to write into
WRITTEN = ("title_zh", "title_en", "minimum", "capacity", "need")
ROWS_WRONG = _l("Please look at the rows below.")


def code_of(value: Any) -> str | None:
    """Read the code of a paper that was chosen; nothing chosen is none."""
    return str(value) if value else None


def in_a_row(form: Any, field: Any) -> None:
    """Ask for the field unless the whole row is left empty."""
    if not (field.raw_data and field.raw_data[0].strip()):
        field.errors[:] = []
        raise StopValidation("" if form.is_empty else str(NEEDED))


class RoleForm(Form):
    """One role; a row that is left empty is none."""

    class Meta(Form.Meta):
        csrf: Any = False  # type: ignore[assignment]  # the form around it brings the token

    id = IntegerField(None, [Optional()], widget=HiddenInput())
    title_zh = StringField(_l("Role in Chinese"), [in_a_row, SHORT])
    title_en = StringField(_l("Role in English"), [SHORT])
    capacity = IntegerField(_l("Places"), [in_a_row, NumberRange(min=1, max=10_000)])
    minimum = IntegerField(_l("At least"), [in_a_row, NumberRange(min=0, max=10_000)])
    need = SelectField(_l("Training or qualification"), coerce=code_of)
    remove = BooleanField(_l("Remove this role"))

    @property
    def is_typed(self) -> bool:
        """Tell whether something was written into the row."""
        typed = (self[name].raw_data for name in WRITTEN)
        return any(raw and raw[0].strip() for raw in typed)

    @property
    def is_empty(self) -> bool:
        """Tell whether the row is no role: neither known nor written."""
        return not self.id.data and not self.is_typed

    def validate_minimum(self, field: IntegerField) -> None:
        """Refuse a role that could never have enough people, at its field."""
        if field.data and self.capacity.data and field.data > self.capacity.data:
            raise ValidationError(_l("Not fewer than 0 and not more than the places."))

    def words(self) -> RoleWords:
        """Give the role; empty English is none."""
        written = {name: self[name].data for name in ("title_zh", "capacity", "need")}
        more = {"id": self.id.data, "title_en": self.title_en.data or None}
        return cast(RoleWords, {**more, **written, "minimum": self.minimum.data or 0})


class RoleRows(FieldList):
    """The roles of a shift.  None: its places are its own."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(FormField(RoleForm), label, max_entries=MOST, **kwargs)

    def add_empty(self, rows: int = EMPTY) -> None:
        """Show a few rows more to write into."""
        for _row in range(min(rows, MOST - len(self.entries))):
            self.append_entry()

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check what stays; the rows say themselves what is wrong with them."""
        rows = [row for row in self.entries if not row.form.remove.data]
        sound = [row.validate(form) for row in rows]
        self.errors = [] if all(sound) else [str(ROWS_WRONG)]
        return all(sound)

    def words(self) -> list[RoleWords]:
        """Give the roles that were written, and not removed."""
        rows = [row.form for row in self.entries]
        return [row.words() for row in rows if not (row.remove.data or row.is_empty)]
