"""What a coordinator copies from a paper."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp

from volunteer_hub.credentials.models import CredentialType
from volunteer_hub.credentials.rules import KIND_WORDS, LEARNT
from volunteer_hub.foundation.forms import DayField, Form, Needed
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.foundation.language import localized

SHORT = Length(max=100, message=_l("At most 100 characters."))
INSURANCE = "insurance"  # among the codes of what was learnt


class CredentialForm(Form):
    what = SelectField(_l("Certificate or insurance"), [Needed()])
    valid_from = DayField(_l("Valid from"), [Needed()], of_a_paper=True)
    valid_until = DayField(
        _l("Valid until"),
        [Optional()],
        of_a_paper=True,
        description=_l("Still valid on this day. Leave it empty if it never runs out."),
    )
    number = StringField(
        _l("Number"), [SHORT], description=_l("Of the certificate or the insurance policy.")
    )
    issuer = StringField(
        _l("Issued by"), [SHORT], description=_l("Who trained, certified or insures.")
    )
    note = TextAreaField(_l("Note"), [Length(max=500, message=_l("At most 500 characters."))])

    def offer(self, types: Iterable[CredentialType]) -> "CredentialForm":
        """Fill the list: insurance first, then what was learnt, under its kind."""
        offered: dict[str, list[tuple[str, str]]] = {}
        for one in types:
            offered.setdefault(_(KIND_WORDS[one.kind]), []).append(
                (one.code, localized(one, "name"))
            )
        insurance = _(KIND_WORDS[INSURANCE])
        self.what.choices = {insurance: [(INSURANCE, insurance)], **offered}
        return self

    @property
    def code(self) -> str | None:
        return None if self.what.data == INSURANCE else self.what.data

    def facts(self) -> dict[str, Any]:
        """Give what was copied as the action wants it."""
        names = ("valid_from", "valid_until", "number", "issuer", "note")
        return {"code": self.code, **{name: self.data[name] for name in names}}


class ConsentForm(Form):
    guardian = StringField(
        _l("The guardian's volunteer number or phone"),
        [Needed(), Length(max=60)],
        description=_l("The guardian needs an account here. See the signed paper first."),
    )
    valid_from = DayField(_l("Valid from"), [Needed()], of_a_paper=True)
    valid_until = DayField(_l("Valid until"), [Needed()], of_a_paper=True)

    @property
    def days(self) -> dict[str, Any]:
        return {"valid_from": self.valid_from.data, "valid_until": self.valid_until.data}


class TypeForm(Form):
    kind = SelectField(_l("Kind"), [Needed()])
    name_zh = StringField(_l("Name in Chinese"), [Needed(), SHORT])
    name_en = StringField(_l("Name in English"), [Needed(), SHORT])
    code = StringField(
        _l("Short name"),
        [
            Needed(),
            Length(max=40, message=_l("At most 40 characters.")),
            Regexp(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                message=_l("Small letters, digits and single hyphens, such as first-aid."),
            ),
        ],
        description=_l("For programs; it never changes. Such as first-aid."),
    )

    def offer(self) -> "TypeForm":
        """Fill the list of kinds."""
        self.kind.choices = [(kind, _(KIND_WORDS[kind])) for kind in LEARNT]
        return self


class RevokeForm(Form):
    reason = TextAreaField(
        _l("Reason"),
        [Needed(), Length(max=500)],
        description=_l("The person reads it."),
    )
