"""Holidays and make-up workdays, as the State Council has published them.  Pure."""

from datetime import date

import chinese_calendar

from volunteer_hub.foundation.refusal import sentence

MAKEUP_WORKDAY = "makeup-workday"
WORDS = {
    "new-year": sentence("New Year's Day"),
    "spring-festival": sentence("Spring Festival"),
    "qingming": sentence("Qingming Festival"),
    "labour-day": sentence("Labour Day"),
    "dragon-boat": sentence("Dragon Boat Festival"),
    "mid-autumn": sentence("Mid-Autumn Festival"),
    "national-day": sentence("National Day"),
    "victory-day": sentence("Victory Day"),
    "public-holiday": sentence("Public holiday"),
    MAKEUP_WORKDAY: sentence("Make-up workday"),
}
_CODES = {
    "New Year's Day": "new-year",
    "Spring Festival": "spring-festival",
    "Tomb-sweeping Day": "qingming",
    "Labour Day": "labour-day",
    "Dragon Boat Festival": "dragon-boat",
    "Mid-autumn Festival": "mid-autumn",
    "National Day": "national-day",
    "Anti-Fascist 70th Day": "victory-day",
}
# The calendar is published a year at a time, in the November before.
FIRST_KNOWN = min(chinese_calendar.holidays).replace(month=1, day=1)
LAST_KNOWN = max(chinese_calendar.holidays).replace(month=12, day=31)


def day_off(day: date) -> str | None:
    """Name the holiday, or say that people make up for one then; None for any other day.

    An ordinary weekend is none, and so is a day whose year has not been published.
    """
    if day in chinese_calendar.workdays:
        return MAKEUP_WORKDAY
    holiday = chinese_calendar.holidays.get(day)
    return _CODES.get(holiday, "public-holiday") if holiday else None


def is_published(day: date) -> bool:
    """Tell whether it is known which days of the year are off."""
    return FIRST_KNOWN <= day <= LAST_KNOWN
