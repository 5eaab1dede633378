"""The shape of what staff write about a shift, and when they call it off."""

from datetime import datetime
from typing import Any, cast

from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from volunteer_hub.foundation.forms import Form, LocalMoment, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.planning.forms.ahead import DAYS, HOURS, Ahead
from volunteer_hub.planning.forms.roles import EMPTY, RoleRows, code_of
from volunteer_hub.shifts.actions.words import Words

SHORT, LONG = Length(max=120), Length(max=4000)


class ReasonForm(Form):
    """Why something is called off; everybody who signed up reads it."""

    reason = StringField(
        _l("Reason"),
        [Needed(), Length(max=200)],
        description=_l("Everybody who signed up reads it, and so does the public page."),
    )


class StayingForm(Form):
    """Who keeps their place when there are fewer, and whom staff chose from."""

    staying = SelectMultipleField(coerce=int, choices=[], validate_choice=False)
    among = SelectMultipleField(coerce=int, choices=[], validate_choice=False)


class ShiftWordsForm(Form):
    """Who is needed, for what, at which risk, and by which rules."""

    WINDOW: tuple[str, ...] = ()  # the fields about the hours of sign-up

    title_zh = StringField(
        _l("Role in Chinese"), [Needed(), SHORT], description=_l("What people do: guiding guests.")
    )
    title_en = StringField(_l("Role in English"), [SHORT])
    spot_zh = StringField(
        _l("Where exactly, in Chinese"), [SHORT], description=_l("The square, the second floor.")
    )
    spot_en = StringField(_l("Where exactly, in English"), [SHORT])
    minimum = IntegerField(
        _l("People needed at least"), [Needed(), NumberRange(min=0, max=10_000)], default=1
    )
    capacity = IntegerField(_l("Places"), [Needed(), NumberRange(min=1, max=10_000)], default=5)
    tasks_zh = TextAreaField(_l("What to do, in Chinese"), [LONG])
    tasks_en = TextAreaField(_l("What to do, in English"), [LONG])
    requirements_zh = TextAreaField(_l("Requirements in Chinese"), [LONG])
    requirements_en = TextAreaField(_l("Requirements in English"), [LONG])
    risk_notice_zh = TextAreaField(
        _l("Risk notice in Chinese"),
        [LONG],
        description=_l("One risk per line. Without a risk notice a shift cannot be published."),
    )
    risk_notice_en = TextAreaField(_l("Risk notice in English"), [LONG])
    minimum_age = IntegerField(_l("Least age"), [Optional(), NumberRange(min=0, max=120)])
    need = SelectField(
        _l("Training or qualification"),
        coerce=code_of,
        description=_l("People need one that is valid until the shift ends."),
    )
    needs_insurance = BooleanField(_l("Only people who are insured until the shift ends"))
    is_dangerous = BooleanField(
        _l("The work can be dangerous"),
        description=_l("Nobody under 18. Needs insurance and a training before it is published."),
    )
    leave_cutoff = Ahead(
        _l("Who cannot come says so at least"),
        none=_l("until it begins"),
        spans=(*HOURS, *DAYS[:3]),
        description=_l("Whoever says so later can, but you are told at once."),
    )
    roles = RoleRows(_l("Roles on this shift"))

    @property
    def has_rules(self) -> bool:
        """Tell whether there is anything to see among the further rules."""
        names = ("minimum_age", "need", "needs_insurance", "is_dangerous", "leave_cutoff")
        fields = [self[name] for name in (*names, *self.WINDOW)]
        return any(f.data or f.errors for f in fields) or self.has_roles

    @property
    def has_roles(self) -> bool:
        """Tell whether there are roles, or somebody writes them, or asks for more rows."""
        written = any(row.object_data or row.form.is_typed for row in self.roles)
        return written or len(self.roles) > EMPTY

    def validate_minimum(self, field: IntegerField) -> None:
        """Refuse a shift that could never have enough people, at its field."""
        if field.data and self.capacity.data and field.data > self.capacity.data:
            raise ValidationError(_l("Not fewer than 0 and not more than the places."))

    def words(self) -> Words:
        """Give what was written beyond the Chinese title; empty English is none."""
        written: dict[str, Any] = {"title_en": self.title_en.data or None}
        for name in ("spot", "tasks", "requirements", "risk_notice"):
            written[f"{name}_zh"] = self[f"{name}_zh"].data or ""
            written[f"{name}_en"] = self[f"{name}_en"].data or None
        for name in ("minimum_age", "need", "needs_insurance", "is_dangerous"):
            written[name] = self[name].data
        written["leave_cutoff"] = self.leave_cutoff.data or 0
        return cast(Words, written)


class ShiftForm(ShiftWordsForm):
    """A shift: its words, where and when."""

    WINDOW = ("opens_at", "closes_at", "fair_until")

    place = SelectField(_l("Place"), [Needed()], coerce=int)
    starts_at = LocalMoment(_l("Begins"), [Needed()])
    ends_at = LocalMoment(_l("Ends"), [Needed()])
    opens_at = LocalMoment(
        _l("Sign-up opens"), [Optional()], description=_l("Empty: as soon as it is published.")
    )
    closes_at = LocalMoment(
        _l("Sign-up closes"), [Optional()], description=_l("Empty: when the shift begins.")
    )
    fair_until = LocalMoment(
        _l("Everybody may ask until"),
        [Optional()],
        description=_l(
            "Then those who served least in the last 90 days get the places."
            " Empty: who comes first gets one."
        ),
    )
    announce = BooleanField(
        _l("Tell everybody who signed up what changed"),
        description=_l("A new time or place is told in any case."),
    )

    def validate_ends_at(self, field: LocalMoment) -> None:
        """Refuse a shift that runs backwards, at its field."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_l("The end must be after the start."))

    def words(self) -> Words:
        """Give what was written, with the moments of sign-up."""
        moments = {name: _moment(self[name]) for name in self.WINDOW}
        return cast(Words, {**super().words(), **moments})


def _moment(field: Any) -> datetime | None:
    return field.instant if field.data else None
