"""The shape of a series: its words, when it recurs, and how far it goes."""

from datetime import time
from typing import Any

from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from volunteer_hub.activities.queries.words import WEEKDAYS, WHICH
from volunteer_hub.activities.rules.recurrence import LAST, Recurrence, Weekday
from volunteer_hub.foundation.forms import NEEDED, DayField, Form, Needed
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.foundation.refusal import sentence
from volunteer_hub.planning.forms.activities import ActivityWordsForm

NO_TIME: Any = _l("Write a time, such as 08:00.")
HOW = {
    "daily": sentence("days"),
    "weekly": sentence("weeks, on days of the week"),
    "day": sentence("months, on a day of the month"),
    "last": sentence("months, on the last day"),
    "weekday": sentence("months, on a weekday of the month"),
}


class WallTime(TimeField):
    """A time on the wall that must be given; `.time` is it once the form was validated."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("invalid_value_message", NO_TIME)
        super().__init__(label, [Needed()], **kwargs)

    @property
    def time(self) -> time:
        assert self.data is not None, "asked before the form was validated"
        return self.data


class SeriesWordsForm(ActivityWordsForm):
    """What every day of a series says, and from when to when it goes on the wall."""

    begins = WallTime(_l("Begins"))
    minutes = IntegerField(
        _l("Lasts, in minutes"), [Needed()], description=_l("240 are four hours.")
    )
    publishes = BooleanField(
        _l("Publish the days as they are made"),
        description=_l("Days off wait until you have chosen. Otherwise every day is a draft."),
    )


class SeriesForm(SeriesWordsForm):
    """A new series, with its rule."""

    interval = IntegerField(_l("Every"), [InputRequired(NEEDED)], default=1)
    how = SelectField(
        _l("of what"),
        [Needed()],
        choices=lambda: {how: _(word) for how, word in HOW.items()},
        default="day",
    )
    weekdays = SelectMultipleField(
        _l("Days of the week"),
        coerce=int,
        choices=lambda: {str(n): _(day) for n, day in enumerate(WEEKDAYS)},
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    month_day = IntegerField(
        _l("Day of the month"),
        [Optional()],
        default=5,
        description=_l("A month without this day has none: the 31st is missed in April."),
    )
    which = SelectField(
        _l("Which"),
        coerce=int,
        choices=lambda: {str(n): _(word, weekday="").strip() for n, word in WHICH.items()},
        default=1,
    )
    weekday = SelectField(
        _l("Weekday"),
        coerce=int,
        choices=lambda: {str(n): _(day) for n, day in enumerate(WEEKDAYS)},
        default=5,
    )
    first_on = DayField(
        _l("First day"),
        [Needed()],
        description=_l("It begins on the first day from here on that fits."),
    )
    last_on = DayField(
        _l("Last day"),
        [Optional()],
        description=_l("Leave it empty if it goes on."),
    )
    template = SelectField(_l("Shifts from a template"), coerce=int)

    def recurrence(self) -> Recurrence:
        """Give the rule that was chosen, sound or not."""
        every, how = self.interval.data or 0, self.how.data
        if how == "daily":
            return Recurrence(frequency="DAILY", interval=every)
        if how == "weekly":
            days = tuple(sorted(self.weekdays.data or ()))
            return Recurrence(frequency="WEEKLY", interval=every, weekdays=days)
        if how == "weekday":
            one = Weekday(self.which.data, self.weekday.data)
            return Recurrence(frequency="MONTHLY", interval=every, month_weekdays=(one,))
        day = LAST if how == "last" else self.month_day.data or 0
        return Recurrence(frequency="MONTHLY", interval=every, month_days=(day,))


class ChangeSeriesForm(SeriesWordsForm):
    """A series written anew, from a day on."""

    since = DayField(
        _l("From which day on"),
        [Needed()],
        description=_l("Today changes all coming days; a later day leaves those before it."),
    )


class EndSeriesForm(Form):
    """How far a series goes, and why no further."""

    last_on = DayField(
        _l("Last day"),
        [Needed()],
        description=_l("What comes after it is cancelled."),
    )
    reason = StringField(
        _l("Reason"),
        [Needed(), Length(max=200)],
        description=_l("Everybody who signed up reads it, and so does the public page."),
    )


class PlanAheadForm(Form):
    """Up to which day days are made now."""

    until = DayField(_l("Make the days up to"), [Needed()])
