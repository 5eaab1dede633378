"""The shape of input: WTForms with our fields.  Sentences come out in the reader's language."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, StringField
from wtforms.validators import InputRequired, StopValidation

from volunteer_hub.foundation.clock import local_instant
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.money import parse_amount, write_amount


class Form(FlaskForm):
    """The base of all forms: protected against forged requests, blanks cut off."""

    class Meta(FlaskForm.Meta):  # type: ignore[name-defined]
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            filters = unbound_field.kwargs.get("filters", [])
            if issubclass(unbound_field.field_class, StringField):
                unbound_field.kwargs["filters"] = [*filters, _cut_blanks]
            return unbound_field.bind(form=form, **options)


def _cut_blanks(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class Needed(InputRequired):
    """The field must be filled in."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _l("Please fill this in."))


class LocalMoment(DateTimeLocalField):
    """A wall-clock time of the installation's zone; `.instant` is the aware instant."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("format", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])
        super().__init__(label, validators, **kwargs)

    @property
    def instant(self) -> datetime:
        assert self.data is not None, "asked before the form was validated"
        return local_instant(self.data, zone())

    def process_data(self, value: Any) -> None:
        """Show an instant as its wall-clock time."""
        if isinstance(value, datetime) and value.tzinfo:
            value = value.astimezone(zone()).replace(tzinfo=None)
        super().process_data(value)


class AmountField(StringField):
    """An amount of money typed in yuan; `.data` is fen."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = parse_amount(self.typed) if self.typed.strip() else None

    def _value(self) -> str:
        typed = getattr(self, "typed", "")
        return typed or (write_amount(self.data) if isinstance(self.data, int) else "")

    def pre_validate(self, form: Any) -> None:
        if getattr(self, "typed", "").strip() and self.data is None:
            raise StopValidation(
                self.gettext(
                    "Write an amount in yuan with at most two decimals, such as 18,000.00."
                )
            )
