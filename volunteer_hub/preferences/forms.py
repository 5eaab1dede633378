"""When and where somebody sleeps, as they say it on the page."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location
from wtforms import HiddenField, SelectField, TimeField

from volunteer_hub.foundation.forms import Form, Needed
from volunteer_hub.foundation.language import LOCALES, language, zone
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.places.rules import pinyin
from volunteer_hub.preferences.rules import Night

HERE = "here"  # wherever the installation is, also if that moves
NO_TIME: Any = {"invalid_value_message": _l("Write a time, such as 08:00.")}
OFTEN = (
    "Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo",
    "Australia/Sydney", "Europe/Berlin", "Europe/London", "America/New_York",
    "America/Los_Angeles",
)  # fmt: skip


class NightForm(Form):
    """The fields of the night; `shown_night`: how the page showed it, for those who are slow."""

    begins = TimeField(_l("Quiet from"), [Needed()], **NO_TIME)
    ends = TimeField(_l("Quiet until"), [Needed()], **NO_TIME)
    zone = SelectField(
        _l("Time zone"),
        [Needed()],
        description=_l("Where you sleep. Times in letters stay those of the place where you help."),
    )
    shown_night = HiddenField()

    def offer(self, kept: Night) -> None:
        """Offer all zones, also the kept one by whatever name; show the night if it is asked."""
        self.zone.choices = zone_choices(kept.zone)
        if not self.is_submitted():
            self.begins.data, self.ends.data = kept.begins, kept.ends
            self.zone.data, self.shown_night.data = kept.zone or HERE, str(kept)

    def leave_out(self) -> None:
        """Ask nothing of those who have no number for texts: the page shows them no night."""
        for name in ("begins", "ends", "zone", "shown_night"):
            del self[name]

    def new_night(self) -> Night | None:
        """Read a night that was changed on the page, also on an old one, off a valid form."""
        if "begins" not in self:
            return None
        begins, ends = self.begins.data, self.ends.data
        assert begins is not None, "asked before the form was validated"
        assert ends is not None, "asked before the form was validated"
        night = Night(None if self.zone.data == HERE else self.zone.data, begins, ends)
        return None if str(night) == self.shown_night.data else night


def zone_choices(chosen: str | None = None) -> dict[str, list[tuple[str, str]]]:
    """Offer the zones of the world by the names the reader's language has for them."""
    names = dict(_zone_names(language()))
    here = _("As here: %(zone)s", zone=names.get(zone().key, zone().key))
    often = [(HERE, here), *((name, names[name]) for name in OFTEN if name in names)]
    if chosen and chosen not in names:
        often.insert(1, (chosen, chosen))
    others = [one for one in names.items() if one[0] not in OFTEN]
    return {_("Common"): often, _("All others"): others}


@lru_cache
def _zone_names(lang: str) -> tuple[tuple[str, str], ...]:
    """Name every zone somebody can live in, once each, in the order of the names."""
    known, aliases = get_global("zone_territories"), get_global("zone_aliases")
    names = dict[str, str]()
    for name in sorted(known, key=lambda one: (one in aliases, one)):
        if name in available_timezones() and not name.startswith("Etc/"):
            names.setdefault(get_timezone_location(name, locale=LOCALES[lang]), name)
    return tuple((names[label], label) for label in sorted(names, key=pinyin))
