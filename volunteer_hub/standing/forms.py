"""The shape of a promise for every time, and of a pause."""

from collections.abc import Sequence

from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from volunteer_hub.activities.queries.words import WEEKDAYS
from volunteer_hub.foundation.forms import DayField, Form, Needed
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.standing.queries.series import Task

RISKS_FIRST = _l("Please tick that you have read the risk notice.")
ANY = "any"


class OrderForm(Form):
    """What is not offered is not asked for: a series may have one task, or one day of the week."""

    task = RadioField(_l("What you want to do"), [InputRequired()])
    weekdays = SelectMultipleField(
        _l("On which days"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=_l("Choose none to come on all of them."),
    )
    begins_on = DayField(_l("From"), [Needed()])
    ends_on = DayField(_l("Until"), [Optional()], description=_l("Leave it empty: until you stop."))
    risk = BooleanField(
        _l("I have read the risk notice and am fit to take part"), [InputRequired(RISKS_FIRST)]
    )

    def offer(self, tasks: dict[str, Task], *, weekdays: Sequence[int], risky: bool) -> "OrderForm":
        """Offer the tasks and days of a series; risks are ticked where there are any."""
        if len(tasks) > 1:
            named = [(key, task.said) for key, task in tasks.items()]
            self.task.choices = [(ANY, _("Whatever is needed")), *named]
        else:
            del self.task
        if weekdays:
            self.weekdays.choices = [(day, _(WEEKDAYS[day])) for day in weekdays]
        else:
            del self.weekdays
        if not risky:
            del self.risk
        return self

    @property
    def chosen(self) -> str:
        """Give the key of the task that was chosen, or ANY."""
        return self.task.data if "task" in self else ANY

    @property
    def days(self) -> list[int]:
        """Give the days of the week that were chosen."""
        return (self.weekdays.data or []) if "weekdays" in self else []


class PauseForm(Form):
    """The days that are left out, both included."""

    away_from = DayField(_l("From"), [Needed()])
    away_to = DayField(_l("Until"), [Needed()])
    giving_back = BooleanField(_l("Also give back the places I have on these days"))


class StopForm(Form):
    """Whether the promised places are kept."""

    giving_back = BooleanField(_l("Also give back the places I have"))
