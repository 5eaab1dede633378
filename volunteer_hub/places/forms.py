"""What an administrator says of a new place."""

from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Length, ValidationError

from volunteer_hub.foundation.forms import Form, Needed
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.places.rules import KIND_NAMES, ensure_usable

SHORT = Length(max=200, message=_l("At most 200 characters."))


def number_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class PlaceForm(Form):
    """A place below another, or at the top of the tree."""

    parent = SelectField(_l("Lies in"), coerce=number_or_none)
    kind = SelectField(
        _l("Kind"),
        [Needed()],
        choices=lambda: {kind: _(name) for kind, name in KIND_NAMES.items()},
    )
    code = StringField(
        _l("Code"),
        [Needed()],
        description=_l("Small letters, digits and hyphens. It stands in addresses and stays."),
    )
    name_zh = StringField(_l("Name in Chinese"), [Needed(), SHORT])
    name_en = StringField(_l("Name in English"), [SHORT])
    address_zh = StringField(_l("Address in Chinese"), [SHORT])
    address_en = StringField(_l("Address in English"), [SHORT])
    phone = StringField(_l("Public phone number"), [SHORT])

    def validate_code(self, field: StringField) -> None:
        try:
            ensure_usable(field.data or "")
        except Refusal as refusal:
            raise ValidationError(say(refusal)) from refusal
