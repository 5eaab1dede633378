"""How many stars verified hours bring.  Pure; the thresholds are data."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from volunteer_hub.hours.rules.hours import SOURCES

# Minutes on the volunteer's own word bring no star, not even when a second person verified them.
COUNTED = tuple(source for source in SOURCES if source != "self_declared")


class Threshold(NamedTuple):
    """How many minutes a level takes."""

    stars: int
    minutes: int


class Standing(NamedTuple):
    """A volunteer's level, the minutes it rests on, and all levels, the lowest first."""

    stars: int
    minutes: int
    thresholds: tuple[Threshold, ...]
    counted: tuple[str, ...] = COUNTED

    @property
    def next(self) -> Threshold | None:
        """The level above; None at the top."""
        return next((level for level in self.thresholds if level.minutes > _whole(self)), None)

    @property
    def missing(self) -> int:
        """Minutes to the next level."""
        return self.next.minutes - self.minutes if self.next else 0

    @property
    def along(self) -> float:
        """How far the minutes reach on a line where all stars stand one step apart: 0 to 1."""
        below = 0
        for step, (_stars, above) in enumerate(self.thresholds):
            if self.minutes < above:
                passed = max(self.minutes - below, 0) / (above - below)
                return (step + passed) / len(self.thresholds)
            below = above
        return 1.0


def standing(by_source: Mapping[str, int], thresholds: Iterable[Threshold]) -> Standing:
    """Compare the locked minutes of the classes that count, in whole hours, with the thresholds."""
    minutes = sum(by_source.get(source, 0) for source in COUNTED)
    levels = tuple(sorted(thresholds, key=lambda level: level.minutes))
    found = Standing(0, minutes, levels)
    reached = (level.stars for level in levels if level.minutes <= _whole(found))
    return found._replace(stars=max(reached, default=0))


def _whole(found: Standing) -> int:
    return found.minutes // 60 * 60
