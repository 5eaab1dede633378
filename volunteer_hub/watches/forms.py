"""The shape of a watch, and of narrowing the gaps."""

from collections.abc import Collection
from typing import Self

from wtforms import BooleanField, SelectField

from volunteer_hub.foundation.forms import Form, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.watches.rules import WISHES


class WishForm(Form):
    """What one wants to hear of."""

    understaffed = BooleanField(
        _l("When people are missing"),
        description=_l("A shift begins within 14 days and has fewer people than it needs."),
    )
    all_clear = BooleanField(
        _l("When all is clear again"),
        description=_l("A shift that lacked people has as many as it needs."),
    )
    almost_full = BooleanField(
        _l("When it is almost full"),
        description=_l("One place is left, or a tenth of the places at most."),
    )

    @property
    def wishes(self) -> frozenset[str]:
        return frozenset(wish for wish in WISHES if self[wish].data)

    @classmethod
    def ticked(cls, wishes: Collection[str]) -> Self:
        """Show these ticked, unless others were sent."""
        return cls(data={wish: wish in wishes for wish in WISHES})


class WatchForm(WishForm):
    """A new watch of a place."""

    place = SelectField(
        _l("Place"), [Needed()], description=_l("All that lies below it is watched too.")
    )


class GapsFilter(Form):
    """What the gaps are narrowed to; it stands in the address, so it is made without a token."""

    place = SelectField(_l("Place"), default="")
