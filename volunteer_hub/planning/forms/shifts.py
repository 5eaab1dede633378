"""The shape of what staff write about shifts, and about their patterns."""

from typing import Any, cast

from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from volunteer_hub.foundation.forms import NEEDED, Form, LocalMoment, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.shifts.actions.words import Words

SHORT, LONG = Length(max=120), Length(max=4000)


class ReasonForm(Form):
    """Why something is called off; everybody who signed up reads it."""

    reason = StringField(
        _l("Reason"),
        [Needed(), Length(max=200)],
        description=_l("Everybody who signed up reads it, and so does the public page."),
    )


class ShiftWordsForm(Form):
    """Who is needed, for what, and at which risk."""

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


class ShiftForm(ShiftWordsForm):
    """A shift: its words, where and when."""

    place = SelectField(_l("Place"), [Needed()], coerce=int)
    starts_at = LocalMoment(_l("Begins"), [Needed()])
    ends_at = LocalMoment(_l("Ends"), [Needed()])
    announce = BooleanField(
        _l("Tell everybody who signed up what changed"),
        description=_l("A new time or place is told in any case."),
    )

    def validate_ends_at(self, field: LocalMoment) -> None:
        """Refuse a shift that runs backwards, at its field."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_l("The end must be after the start."))


class PatternForm(ShiftWordsForm):
    """A shift of every day of a series, or of whatever is made from a template."""

    begins_after = IntegerField(
        _l("Begins, in minutes after the activity begins"),
        [InputRequired(NEEDED)],
        default=0,
        description=_l("0: together with it; -30: half an hour earlier, to set up."),
    )
    minutes = IntegerField(
        _l("Lasts, in minutes"), [Needed()], description=_l("240 are four hours.")
    )
    made_too = BooleanField(_l("Also on the coming days that are made already"), default=True)

    def shape(self) -> dict[str, Any]:
        """Give the columns of a pattern."""
        return {
            "title_zh": self.title_zh.data or "",
            "begins_after": self.begins_after.data,
            "minutes": self.minutes.data,
            "minimum": self.minimum.data or 0,
            "capacity": self.capacity.data or 0,
            **self.words(),
        }
