"""The shape of what staff write about a project."""

import re
from datetime import date
from typing import Any

from wtforms import DateField, DecimalField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from volunteer_hub.foundation.forms import Form, Needed
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.projects.rules import GROUP_WORDS

SHORT, LONG = Length(max=200), Length(max=4000)


class ProjectForm(Form):
    """What a project says of itself; empty English is read as Chinese."""

    place = SelectField(_l("Place"), [Needed()], coerce=int)
    beneficiary_group = SelectField(
        _l("Whom it serves"),
        [Needed()],
        choices=lambda: {key: _(word) for key, word in GROUP_WORDS.items()},
    )
    title_zh = StringField(_l("Title in Chinese"), [Needed(), SHORT])
    title_en = StringField(_l("Title in English"), [SHORT])
    starts_on = DateField(_l("First day"), [Optional()])
    ends_on = DateField(_l("Last day"), [Optional()])
    goal_zh = StringField(
        _l("Goal in Chinese"), [SHORT], description=_l("One sentence: what will be better?")
    )
    goal_en = StringField(_l("Goal in English"), [SHORT])
    story_zh = TextAreaField(
        _l("Story in Chinese"),
        [LONG],
        description=_l("Why here, for whom, and how. No names of those who are served."),
    )
    story_en = TextAreaField(_l("Story in English"), [LONG])

    def validate_ends_on(self, field: DateField) -> None:
        """Refuse a project that runs backwards, at its field."""
        if field.data and self.starts_on.data and field.data <= self.starts_on.data:
            raise ValidationError(_l("The last day must be after the first."))

    def plan(self) -> Any:
        """Give what was written as the actions want it: all but the place."""
        return {name: value for name, value in _filled(self).items() if name != "place"}


class GroupedNumber(DecimalField):
    """A number that may be typed with its thousands apart: 6,000."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([re.sub("[,，]", "", str(value)) for value in valuelist])


class IndicatorForm(Form):
    """A number that is promised, with its unit."""

    name_zh = StringField(_l("What is counted, in Chinese"), [Needed(), SHORT])
    name_en = StringField(_l("What is counted, in English"), [SHORT])
    target = GroupedNumber(
        _l("Target"),
        [Needed(), NumberRange(0.01, 10**11, _l("A target is a number above zero."))],
        places=2,
    )
    unit_zh = StringField(_l("Unit in Chinese"), [Needed(), Length(max=20)])
    unit_en = StringField(_l("Unit in English"), [Length(max=40)])

    def facts(self) -> dict[str, Any]:
        return _filled(self)


class MilestoneForm(Form):
    """A step with the day by which it is due."""

    title_zh = StringField(_l("Step in Chinese"), [Needed(), SHORT])
    title_en = StringField(_l("Step in English"), [SHORT])
    due_on = DateField(_l("Due by"), [Needed()])

    def facts(self) -> dict[str, Any]:
        return _filled(self)


class ReachedForm(Form):
    """The day on which a step was reached."""

    reached_on = DateField(_l("Reached on"), [Needed()])

    def __init__(self, *, today: date, **given: Any) -> None:
        super().__init__(**given)
        self.today = today

    def validate_reached_on(self, field: DateField) -> None:
        """Refuse a day that has not come."""
        if field.data and field.data > self.today:
            raise ValidationError(_l("This day has not come yet."))


def _filled(form: Form) -> dict[str, Any]:
    """Give what was written; English that was left empty is none."""
    return {
        name: None if value == "" and name.endswith("_en") else value
        for name, value in form.data.items()
        if name != "csrf_token"
    }
