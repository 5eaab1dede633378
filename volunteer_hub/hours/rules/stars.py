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
    """A volunteer's level, the minutes it rests on, and the next one above; None at the top."""

    stars: int
    minutes: int
    next: Threshold | None

    @property
    def missing(self) -> int:
        """Minutes to the next level."""
        return self.next.minutes - self.minutes if self.next else 0


def standing(by_source: Mapping[str, int], thresholds: Iterable[Threshold]) -> Standing:
    """Compare the locked minutes of the classes that count, in whole hours, with the thresholds."""
    minutes = sum(by_source.get(source, 0) for source in COUNTED)
    whole = minutes // 60 * 60
    levels = sorted(thresholds, key=lambda level: level.minutes)
    reached = [level.stars for level in levels if level.minutes <= whole]
    ahead = [level for level in levels if level.minutes > whole]
    return Standing(max(reached, default=0), minutes, ahead[0] if ahead else None)


def along(minutes: int, thresholds: Iterable[Threshold]) -> float:
    """Say how far the minutes reach on a line where all stars stand the same step apart: 0 to 1."""
    levels = sorted(level.minutes for level in thresholds)
    below = 0
    for step, above in enumerate(levels):
        if minutes < above:
            return (step + max(minutes - below, 0) / (above - below)) / len(levels)
        below = above
    return 1.0
