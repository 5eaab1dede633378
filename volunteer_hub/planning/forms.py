"""The shape of what staff write about shifts."""

from typing import Any, cast

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from volunteer_hub.foundation.forms import Form, LocalMoment, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.shifts.models import Words

SHORT, LONG = Length(max=120), Length(max=4000)


class ReasonForm(Form):
    """Why something is called off; everybody who signed up reads it."""

    reason = StringField(
        _l("Reason"),
        [Needed(), Length(max=200)],
        description=_l("Everybody who signed up reads it, and so does the public page."),
    )


class ShiftForm(Form):
    """Who is needed, when, where, for what, and at which risk."""

    title_zh = StringField(
        _l("Role in Chinese"), [Needed(), SHORT], description=_l("What people do: guiding guests.")
    )
    title_en = StringField(_l("Role in English"), [SHORT])
    place = SelectField(_l("Place"), [Needed()], coerce=int)
    spot_zh = StringField(
        _l("Where exactly, in Chinese"), [SHORT], description=_l("The square, the second floor.")
    )
    spot_en = StringField(_l("Where exactly, in English"), [SHORT])
    starts_at = LocalMoment(_l("Begins"), [Needed()])
    ends_at = LocalMoment(_l("Ends"), [Needed()])
    minimum = IntegerField(
        _l("People needed at least"), [Needed(), NumberRange(min=0, max=10_000)], default=1
    )
    capacity = IntegerField(_l("Places"), [Needed(), NumberRange(min=1, max=10_000)], default=5)
    minimum_age = IntegerField(_l("Least age"), [Optional(), NumberRange(min=0, max=120)])
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

    def validate_ends_at(self, field: LocalMoment) -> None:
        """Refuse a shift that runs backwards, at its field."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_l("The end must be after the start."))

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
        written["minimum_age"] = self.minimum_age.data
        return cast(Words, written)
