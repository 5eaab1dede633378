"""The shape of input: WTForms with our fields.  Sentences come out in the reader's language."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, Field, PasswordField, StringField
from wtforms.validators import InputRequired, StopValidation

from volunteer_hub.foundation.clock import local_instant
from volunteer_hub.foundation.language import say, say_errors, zone
from volunteer_hub.foundation.money import parse_amount, write_amount
from volunteer_hub.foundation.refusal import BrokenInput, Refusal

EARLIEST_YEAR, LATEST_YEAR = 1900, 2999  # other years are slips of the keyboard
NEEDED: Any = _l("Please fill this in.")
NO_DATE: Any = _l("This is not a date.")
NO_MOMENT: Any = _l("Write a date and a time, such as 2026-12-05 08:00.")


class Form(FlaskForm):
    """The base of all forms: protected against forged requests, blanks cut off."""

    class Meta(FlaskForm.Meta):  # type: ignore[name-defined]
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                # Given to this form alone: the unbound field belongs to the class, for all forms.
                options["filters"] = [*unbound_field.kwargs.get("filters", ()), _cut_blanks]
            return unbound_field.bind(form=form, **options)


class Confirmation(Form):
    """Nothing but the token: the button itself says all."""


def blame(form: Form, refusal: Refusal) -> None:
    """Put what a rule refused to the field it is about, or to the top of the form."""
    if not isinstance(refusal, BrokenInput):
        form.form_errors.append(say(refusal))
        return
    for error in say_errors(refusal):
        if error["field"] in form:
            field = form[error["field"]]
            field.errors = [*field.errors, error["message"]]
        else:
            form.form_errors.append(error["message"])


def _cut_blanks(value: Any) -> Any:
    """Cut blanks off both ends, and what no text may hold."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


class Needed(InputRequired):
    """The field must be filled in."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or NEEDED)

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        if field.data == "":  # nothing but blanks was typed
            field.errors[:] = []
            raise StopValidation(str(self.message))


class LocalMoment(DateTimeLocalField):
    """A wall-clock time of the installation's zone; `.instant` is the aware instant."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("format", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])
        kwargs.setdefault("invalid_value_message", NO_MOMENT)
        super().__init__(label, validators, **kwargs)

    @property
    def instant(self) -> datetime:
        assert self.data is not None, "asked before the form was validated"
        return local_instant(self.data, zone())

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not EARLIEST_YEAR <= self.data.year <= LATEST_YEAR:
            self.data = None
            raise ValueError(NO_MOMENT)

    def process_data(self, value: Any) -> None:
        """Show an instant as its wall-clock time."""
        if isinstance(value, datetime) and value.tzinfo:
            value = value.astimezone(zone()).replace(tzinfo=None)
        super().process_data(value)


class DayField(DateField):
    """A day of the calendar; `.day` is it once the form was validated.

    :param of_a_paper: copied from one: years of two digits are slips of the keyboard
    """

    def __init__(
        self, label: Any = None, validators: Any = None, *, of_a_paper: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("invalid_value_message", NO_DATE)
        super().__init__(label, validators, **kwargs)
        self.of_a_paper = of_a_paper

    @property
    def day(self) -> date:
        assert self.data is not None, "asked before the form was validated"
        return self.data

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        odd = self.data is not None and not EARLIEST_YEAR <= self.data.year <= LATEST_YEAR
        if self.of_a_paper and odd:
            self.data = None
            raise ValueError(NO_DATE)


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
                _("Write an amount in yuan with at most two decimals, such as 18,000.00.")
            )
