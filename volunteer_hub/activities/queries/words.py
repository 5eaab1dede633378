"""When something recurs, in the words of the reader."""

from volunteer_hub.activities.rules.recurrence import LAST, Recurrence
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.refusal import sentence

WEEKDAYS = (
    sentence("Monday"),
    sentence("Tuesday"),
    sentence("Wednesday"),
    sentence("Thursday"),
    sentence("Friday"),
    sentence("Saturday"),
    sentence("Sunday"),
)
WHICH = {
    1: sentence("first %(weekday)s"),
    2: sentence("second %(weekday)s"),
    3: sentence("third %(weekday)s"),
    4: sentence("fourth %(weekday)s"),
    5: sentence("fifth %(weekday)s"),
    LAST: sentence("last %(weekday)s"),
}


def say_rule(rule: Recurrence) -> str:
    """Say when something recurs: monthly on the 5th."""
    every, on = rule.interval, _list(_days_of(rule))
    if rule.frequency == "DAILY":
        return _("every day") if every == 1 else _("every %(number)s days", number=every)
    if rule.frequency == "WEEKLY":
        if every == 1:
            return _("weekly on %(days)s", days=on)
        return _("every %(number)s weeks on %(days)s", number=every, days=on)
    if every == 1:
        return _("monthly on the %(days)s", days=on)
    return _("every %(number)s months on the %(days)s", number=every, days=on)


def _days_of(rule: Recurrence) -> list[str]:
    week = [_(WEEKDAYS[day]) for day in rule.weekdays]
    month = [_("last day") if day == LAST else _ordinal(day) for day in rule.month_days]
    ranked = [_(WHICH[which], weekday=_(WEEKDAYS[day])) for which, day in rule.month_weekdays]
    return week + month + ranked


def _ordinal(day: int) -> str:
    if day in (1, 21, 31):
        return _("%(day)sst", day=day)
    if day in (2, 22):
        return _("%(day)snd", day=day)
    return _("%(day)srd", day=day) if day in (3, 23) else _("%(day)sth", day=day)


def _list(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    first, last = _(", ").join(words[:-1]), words[-1]
    return _("%(first)s and %(last)s", first=first, last=last)
