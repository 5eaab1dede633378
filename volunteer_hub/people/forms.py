"""What people write about themselves, and staff about people."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from babel import Locale
from wtforms import (
    BooleanField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import Length, Optional, ValidationError

from volunteer_hub.foundation import language
from volunteer_hub.foundation.forms import DayField, Form, Needed
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.people.rules.accounts import ROLE_NAMES, read_name
from volunteer_hub.people.rules.addresses import Address, read_address
from volunteer_hub.places.queries import Choice

Read = TypeVar("Read")
# Each by its own name, so that whoever cannot read the page finds it.
LANGUAGES = {code: Locale(code).language_name or code for code in language.LANGUAGES}


def readable(read: Callable[[str], Read], text: str | None) -> Read:
    """Read a field by the rule; its refusal becomes the field's sentence."""
    try:
        return read(text or "")
    except Refusal as refusal:
        raise ValidationError(say(refusal)) from refusal


def number_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def place_choices(places: Iterable[Choice], *, nowhere: bool = True) -> dict[str, str]:
    """Offer places by id, and on wish to say nothing."""
    offered = {str(place.id): place.label for place in places}
    return {"": _("Not said"), **offered} if nowhere else offered


class AddressForm(Form):
    """Where a code goes: one field for both, so that nobody has to choose first."""

    address = StringField(_l("Mobile number or e-mail"), [Needed()])
    found: Address

    def validate_address(self, field: StringField) -> None:
        self.found = readable(read_address, field.data)


class CodeForm(Form):
    code = StringField(_l("6-digit code"), [Needed(), Length(max=40)])
    remember = BooleanField(
        _l("Stay signed in on this device for 90 days"),
        description=_l("Leave this out on a computer that others use."),
    )


class WelcomeForm(Form):
    name = StringField(
        _l("Your name"),
        [Needed()],
        description=_l("The coordinator reads it on the day. It is never shown in public."),
    )
    agree = BooleanField(
        _l("I have read the privacy notice and agree to it"),
        [Needed(_l("Without your consent we may not keep an account."))],
    )

    def validate_name(self, field: StringField) -> None:
        readable(read_name, field.data)


class PasswordSignInForm(Form):
    address = StringField(_l("Mobile number or e-mail"), [Needed()])
    password = PasswordField(_l("Password"), [Needed()])
    remember = BooleanField(
        _l("Stay signed in on this device for 90 days"),
        description=_l("Leave this out on a computer that others use."),
    )


class ProfileForm(Form):
    name = StringField(_l("Your name"), [Needed()])
    birth_date = DayField(
        _l("Date of birth"),
        [Optional()],
        description=_l("Only some shifts ask for an age. Nobody but you sees the date."),
    )
    home_place = SelectField(
        _l("Home community"),
        coerce=number_or_none,
        description=_l("Its coordinator can find you and call you."),
    )
    language = RadioField(_l("Language"), [Needed()], choices=LANGUAGES)
    elder_mode = BooleanField(_l("Large text"))
    by_sms = BooleanField(_l("Remind me by text message"))
    by_email = BooleanField(_l("Remind me by e-mail"))

    def validate_name(self, field: StringField) -> None:
        readable(read_name, field.data)


class PasswordForm(Form):
    password = PasswordField(
        _l("New password"), [Needed()], description=_l("At least 10 characters.")
    )


class TokenForm(Form):
    name = StringField(
        _l("What it is for"), [Needed(), Length(max=60, message=_l("At most 60 characters."))]
    )
    scope = RadioField(
        _l("What it may do"),
        [Needed()],
        choices=lambda: {"read": _("Read"), "write": _("Read and change")},
        default="read",
    )
    days = SelectField(
        _l("Ends after"),
        [Needed()],
        choices=lambda: {"30": _("30 days"), "90": _("90 days"), "365": _("A year")},
        coerce=int,
        default=90,
    )


class LeaveForm(Form):
    sure = BooleanField(
        _l("Close my account and delete how I can be reached"),
        [Needed(_l("Tick this first, so that nothing happens by accident."))],
    )


class EditPersonForm(Form):
    """What a coordinator may put right in somebody's account."""

    name = StringField(_l("The person's name"), [Needed()])
    birth_date = DayField(_l("Date of birth"), [Optional()])
    home_place = SelectField(_l("Home community"), coerce=number_or_none)

    def validate_name(self, field: StringField) -> None:
        readable(read_name, field.data)


class AddPersonForm(EditPersonForm):
    """An account for somebody who cannot make it alone."""

    address = StringField(
        _l("Mobile number or e-mail"),
        [Needed()],
        description=_l("The person's own, or of a relative who passes messages on."),
    )
    language = RadioField(_l("Language"), [Needed()], choices=LANGUAGES, default="zh")
    agree = BooleanField(
        _l("The person has heard the privacy notice and agrees to it"),
        [Needed(_l("Without consent we may not keep an account."))],
    )
    found: Address

    def validate_address(self, field: StringField) -> None:
        self.found = readable(read_address, field.data)


class RoleForm(Form):
    role = SelectField(_l("Role"), [Needed()])
    place = SelectField(_l("Place"), [Needed()], coerce=int)

    def offer(self, roles: Iterable[str], places: Iterable[Choice]) -> "RoleForm":
        """Fill the select lists with what the reader may give."""
        self.role.choices = {role: _(ROLE_NAMES[role]) for role in roles}
        self.place.choices = place_choices(places, nowhere=False)
        return self


class SearchForm(Form):
    """The filters beside the directory."""

    q = StringField(_l("Name, number or last four digits"))
    place = SelectField(_l("Home community"))
