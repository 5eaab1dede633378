"""A choice of how long before the start."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField

from volunteer_hub.foundation.language import ngettext

AN_HOUR, A_DAY = 60, 24 * 60  # minutes
HOURS = (60, 120, 180, 360, 720)
DAYS = (A_DAY, 2 * A_DAY, 3 * A_DAY, 7 * A_DAY, 14 * A_DAY, 30 * A_DAY)


def say_ahead(minutes: int) -> str:
    """Say a span before the start in the largest unit that fits."""
    if minutes % A_DAY == 0:
        days = minutes // A_DAY
        return ngettext("%(num)s day before", "%(num)s days before", days)
    if minutes % AN_HOUR == 0:
        hours = minutes // AN_HOUR
        return ngettext("%(num)s hour before", "%(num)s hours before", hours)
    return ngettext("%(num)s minute before", "%(num)s minutes before", minutes)


class Ahead(SelectField):
    """Minutes before the start, or none; what is stored can always be kept."""

    def __init__(
        self, label: Any = None, *, none: Any, spans: Sequence[int], **kwargs: Any
    ) -> None:
        super().__init__(label, coerce=_minutes, **kwargs)
        self.none, self.spans = none, tuple(spans)

    def process_data(self, value: Any) -> None:
        super().process_data(value or None)
        spans: list[int] = sorted({*self.spans, value} if value else self.spans)
        self.choices = {"": str(self.none)} | {str(span): say_ahead(span) for span in spans}


def _minutes(value: Any) -> int | None:
    return int(value) if value else None
