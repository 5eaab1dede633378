"""The shape of a shift of every day of a series, or of whatever is made from a template."""

from typing import Any

from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired

from volunteer_hub.foundation.forms import NEEDED, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.planning.forms.ahead import DAYS, HOURS, Ahead
from volunteer_hub.planning.forms.shifts import ShiftWordsForm
from volunteer_hub.shifts.actions.words import RoleWords


class PatternForm(ShiftWordsForm):
    """A shift whose times count from where it hangs."""

    WINDOW = ("opens_before", "closes_before", "fair_before")

    begins_after = IntegerField(
        _l("Begins, in minutes after the activity begins"),
        [InputRequired(NEEDED)],
        default=0,
        description=_l("0: together with it; -30: half an hour earlier, to set up."),
    )
    minutes = IntegerField(
        _l("Lasts, in minutes"), [Needed()], description=_l("240 are four hours.")
    )
    opens_before = Ahead(_l("Sign-up opens"), none=_l("as soon as it is published"), spans=DAYS)
    closes_before = Ahead(
        _l("Sign-up closes"), none=_l("when the shift begins"), spans=(*HOURS, *DAYS)
    )
    fair_before = Ahead(
        _l("Everybody may ask until"),
        none=_l("who comes first gets a place"),
        spans=(*HOURS[2:], *DAYS),
        description=_l("Then those who served least in the last 90 days get the places."),
    )
    made_too = BooleanField(_l("Also on the coming days that are made already"), default=True)

    def shape(self) -> dict[str, Any]:
        """Give the columns of a pattern; with roles its places are theirs."""
        roles = self.roles.words()
        minimum, capacity = self.minimum.data or 0, self.capacity.data or 0
        if roles:
            minimum = sum(role["minimum"] for role in roles)
            capacity = sum(role["capacity"] for role in roles)
        return {
            "title_zh": self.title_zh.data or "",
            "begins_after": self.begins_after.data,
            "minutes": self.minutes.data,
            **{name: self[name].data for name in self.WINDOW},
            "minimum": minimum,
            "capacity": capacity,
            "roles": [_without_id(role) for role in roles],
            **self.words(),
        }


def _without_id(role: RoleWords) -> dict[str, Any]:
    """Give a role that each shift has one of its own of."""
    return {name: value for name, value in role.items() if name != "id"}
