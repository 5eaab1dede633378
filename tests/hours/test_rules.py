"""The presence rule, the day's cap and the time to declare, as truth tables."""

from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.foundation.clock import Span
from volunteer_hub.hours.rules import hours

START = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)
END = START + timedelta(hours=4)
SHIFT = Span(START, END)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
CAP = 8 * 60


@pytest.mark.parametrize(
    ("arrived", "left", "share", "short"),
    [
        (START, END, 60, False),
        (START, START + 144 * MINUTE, 60, False),  # sixty per cent of four hours, to the minute
        (START, START + 144 * MINUTE - SECOND, 60, True),
        (END - 144 * MINUTE, END, 60, False),
        (END - 143 * MINUTE, END, 60, True),
        (START - 60 * MINUTE, START + 100 * MINUTE, 60, True),  # waiting covers nothing
        (START + 120 * MINUTE, END + 240 * MINUTE, 60, True),  # nor does staying on
        (START + 60 * MINUTE, END - 30 * MINUTE, 60, False),
        (START, START + SECOND, 0, False),  # no such rule
        (START, END - SECOND, 100, True),
        (START - MINUTE, END + MINUTE, 100, False),
        (END + MINUTE, END + 2 * MINUTE, 60, True),  # the shift was moved away from the stay
    ],
)
def test_a_stay_is_short_of_the_share(arrived, left, share, short):
    assert hours.is_short(Span(arrived, left), shift=SHIFT, share=share) is short


@pytest.mark.parametrize(
    ("served", "locked", "agreed", "counted"),
    [
        (240, 0, None, 240),
        (240, 240, None, 240),  # just full
        (480, 0, None, 480),
        (240, 241, 239, 239),  # what still fits, agreed to
        (600, 0, 480, 480),
        (240, 0, 100, 240),  # a reversal made room meanwhile: all counts
        (240, -60, None, 240),
        (1, 479, None, 1),
    ],
)
def test_what_counts_of_what_was_served(served, locked, agreed, counted):
    assert hours.counted_minutes(served, locked=locked, cap=CAP, agreed=agreed) == counted


@pytest.mark.parametrize(
    ("served", "locked", "agreed", "fits"),
    [
        (240, 241, None, 239),
        (240, 241, 240, 239),  # more than fits
        (240, 241, 238, 239),  # less than fits: the verifier saw another day
        (240, 480, None, 0),
        (240, 480, 0, 0),
        (240, 500, None, 0),
        (481, 0, None, 480),
    ],
)
def test_the_refusal_names_what_still_fits(served, locked, agreed, fits):
    with pytest.raises(hours.DayIsFull) as refused:
        hours.counted_minutes(served, locked=locked, cap=CAP, agreed=agreed)
    assert refused.value.facts == {"cap": 8, "minutes": served, "fits": fits}
    assert f"{fits} min still fit" in str(refused.value)


@pytest.mark.parametrize(
    ("minutes", "least", "fits"),
    [(0, 1, False), (0, 0, True), (1, 1, True), (240, 1, True), (241, 1, False), (-1, 0, False)],
)
def test_minutes_that_can_have_been_served(minutes, least, fits):
    if fits:
        hours.ensure_minutes(minutes, least=least, most=240)
        return
    with pytest.raises(hours.MinutesDoNotFit) as refused:
        hours.ensure_minutes(minutes, least=least, most=240)
    assert refused.value.facts == {"least": least, "most": 240}


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (END - SECOND, hours.NotOverYet),
        (END, None),
        (END + timedelta(days=14), None),
        (END + timedelta(days=14) + SECOND, hours.TooLateToDeclare),
    ],
)
def test_hours_are_declared_soon_after_the_shift(now, refusal):
    within = timedelta(days=14)
    if refusal is None:
        hours.ensure_may_declare(END, within=within, now=now)
        return
    with pytest.raises(refusal):
        hours.ensure_may_declare(END, within=within, now=now)
