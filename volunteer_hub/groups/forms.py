"""The shape of adding somebody, of signing up together, and of keeping places."""

from collections.abc import Collection, Iterable

from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from volunteer_hub.foundation.forms import DayField, Form, LocalMoment, Needed
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.foundation.language import localized
from volunteer_hub.groups.rules.companions import (
    CONSENT_TEXTS,
    OWN,
    OWN_CONSENTS,
    RELATION_WORDS,
    STAFF_CONSENTS,
)
from volunteer_hub.groups.rules.reservations import LONGEST_NAME
from volunteer_hub.places.queries import Choice
from volunteer_hub.shifts.models import ShiftRole

SHORT = Length(max=LONGEST_NAME, message=_l("At most 60 characters."))
RISKS_FIRST = _l("Please tick that all of you have read the risk notice.")
WHOLE, EACH = "whole", "each"
MOST_PLACES = 500


class PersonForm(Form):
    """Somebody without a phone, and the sentence that was agreed to."""

    name = StringField(_l("The person's name"), [Needed(), SHORT])
    birth_date = DayField(
        _l("Date of birth"),
        [Needed()],
        of_a_paper=True,
        description=_l("Some shifts ask for an age."),
    )
    consent = RadioField(_l("Who agrees"), [InputRequired(_l("Choose who agreed."))])

    def agree_by(self, consents: Iterable[str]) -> None:
        self.consent.choices = [(word, _(CONSENT_TEXTS[word])) for word in consents]


class CompanionForm(PersonForm):
    """Family, or a neighbour."""

    relation = SelectField(_l("Who this is"), [Needed()])

    def offer(self) -> "CompanionForm":
        self.relation.choices = [("", _("Please choose"))]
        self.relation.choices += [(word, _(RELATION_WORDS[word])) for word in OWN]
        self.agree_by(OWN_CONSENTS)
        return self


class ResidentForm(PersonForm):
    """A resident of the reader's places, and who passes messages on."""

    home_place = SelectField(_l("Home community"), [Needed()], coerce=int)
    through = StringField(
        _l("A neighbour who passes messages on"),
        [Length(max=60, message=_l("At most 60 characters."))],
        description=_l(
            "Phone, e-mail or volunteer number of somebody with an account who agrees to it."
            " Leave it empty: messages come to you."
        ),
    )

    def offer(self, places: Iterable[Choice]) -> "ResidentForm":
        self.home_place.choices = [(place.id, place.label) for place in places]
        self.agree_by(STAFF_CONSENTS)
        return self


class ConsentForm(Form):
    """A guardian agrees again."""

    agree = BooleanField("", [InputRequired(_l("Tick it if you agree."))])


class EndForm(Form):
    """What happens with the places, and with a guardian's consent."""

    giving_back = BooleanField(_l("Also give back the coming places of this person"))
    withdrawing = BooleanField(
        _l("I take my consent back"),
        description=_l("Without it the child serves nowhere; its coming places are given back."),
    )


class PeopleForm(Form):
    """Who comes, in which role; all of them have read the risks."""

    people = SelectMultipleField(_l("Who comes"), coerce=int, validate_choice=False)
    role = RadioField(_l("What you want to do"), coerce=int, validate_choice=False)
    risk = BooleanField(
        _l("All of us have read the risk notice and are fit to take part"),
        [InputRequired(RISKS_FIRST)],
    )

    def with_roles(self, roles: Iterable[ShiftRole]) -> None:
        self.role.choices = [
            (role.id, _("%(role)s (%(free)s free)", role=localized(role, "title"), free=role.free))
            for role in roles
        ]

    @property
    def chosen(self) -> Collection[int]:
        return set(self.people.data or ())


class TogetherForm(PeopleForm):
    how = RadioField(
        _l("If there are not places for all of you"),
        [Needed()],
        choices=lambda: [
            (WHOLE, _("Together or not at all")),
            (EACH, _("Each as it comes: who finds no place waits in line")),
        ],
        default=WHOLE,
    )


class ReserveForm(Form):
    """How many places are kept, for whom, until when."""

    name_zh = StringField(_l("Name of the group, in Chinese"), [Needed(), SHORT])
    name_en = StringField(_l("Name of the group, in English"), [SHORT])
    places = IntegerField(
        _l("Places"),
        [Needed(), NumberRange(1, MOST_PLACES, _l("Write a number from 1 to 500."))],
    )
    contact = StringField(
        _l("Contact person"),
        [Needed(), Length(max=60, message=_l("At most 60 characters."))],
        description=_l(
            "Phone, e-mail or volunteer number of somebody with an account."
            " The link for the group goes there."
        ),
    )
    until = LocalMoment(
        _l("Kept until"),
        [Needed()],
        description=_l("What nobody has taken by then is open to everybody."),
    )
